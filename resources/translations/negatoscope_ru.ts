<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru" sourcelanguage="en">
<context>
    <name>Negatoscope</name>
    <message numerus="yes">
        <source>%Ln byte(s)</source>
        <translation><numerusform>%Ln байт</numerusform><numerusform>%Ln байта</numerusform><numerusform>%Ln байт</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%Ln fragment(s)</source>
        <translation><numerusform>%Ln фрагмент</numerusform><numerusform>%Ln фрагмента</numerusform><numerusform>%Ln фрагментов</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation><numerusform>%n день</numerusform><numerusform>%n дня</numerusform><numerusform>%n дней</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n element(s)</source>
        <translation><numerusform>%n элемент</numerusform><numerusform>%n элемента</numerusform><numerusform>%n элементов</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation><numerusform>%n файл</numerusform><numerusform>%n файла</numerusform><numerusform>%n файлов</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) skipped</source>
        <translation><numerusform>Пропущен %n файл</numerusform><numerusform>Пропущено %n файла</numerusform><numerusform>Пропущено %n файлов</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) skipped — Details</source>
        <translation><numerusform>Пропущен %n файл — подробности</numerusform><numerusform>Пропущено %n файла — подробности</numerusform><numerusform>Пропущено %n файлов — подробности</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n frame(s)</source>
        <translation><numerusform>%n кадр</numerusform><numerusform>%n кадра</numerusform><numerusform>%n кадров</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation><numerusform>%n снимок</numerusform><numerusform>%n снимка</numerusform><numerusform>%n снимков</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation><numerusform>%n запись</numerusform><numerusform>%n записи</numerusform><numerusform>%n записей</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n month(s)</source>
        <translation><numerusform>%n месяц</numerusform><numerusform>%n месяца</numerusform><numerusform>%n месяцев</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n more; Copy gives all</source>
        <translation><numerusform>и ещё %n; при копировании — все</numerusform><numerusform>и ещё %n; при копировании — все</numerusform><numerusform>и ещё %n; при копировании — все</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation><numerusform>%n объект</numerusform><numerusform>%n объекта</numerusform><numerusform>%n объектов</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n series</source>
        <translation><numerusform>%n серия</numerusform><numerusform>%n серии</numerusform><numerusform>%n серий</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n study(s) found</source>
        <translation><numerusform>Найдено: %n исследование</numerusform><numerusform>Найдено: %n исследования</numerusform><numerusform>Найдено: %n исследований</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n week(s)</source>
        <translation><numerusform>%n неделя</numerusform><numerusform>%n недели</numerusform><numerusform>%n недель</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n year(s)</source>
        <translation><numerusform>%n год</numerusform><numerusform>%n года</numerusform><numerusform>%n лет</numerusform></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Файл</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Справка</translation>
    </message>
    <message>
        <source>&amp;Image</source>
        <translation>&amp;Изображение</translation>
    </message>
    <message>
        <source>&amp;Network</source>
        <translation>&amp;Сеть</translation>
    </message>
    <message>
        <source>&amp;Study</source>
        <translation>Ис&amp;следование</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>Ин&amp;струменты</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Вид</translation>
    </message>
    <message>
        <source>&amp;Window</source>
        <translation>&amp;Окно</translation>
    </message>
    <message>
        <source>10 images back</source>
        <translation>На 10 изображений назад</translation>
    </message>
    <message>
        <source>10 images forward</source>
        <translation>На 10 изображений вперёд</translation>
    </message>
    <message>
        <source>3D must resample them; volumes that count slices are wrong.</source>
        <translation>Для 3D их нужно пересчитать; объёмы, подсчитанные по числу срезов, неверны.</translation>
    </message>
    <message>
        <source>A DICOM workstation for the desktop. Free software under the MIT licence.</source>
        <translation>Рабочая станция DICOM для настольного компьютера. Свободная программа под лицензией MIT.</translation>
    </message>
    <message>
        <source>A DICOMDIR is a list of files, not an object that can be sent.</source>
        <translation>DICOMDIR — это список файлов, а не объект, который можно отправить.</translation>
    </message>
    <message>
        <source>A DICOMweb archive is not asked for patients.</source>
        <translation>Архив DICOMweb не спрашивают о пациентах.</translation>
    </message>
    <message>
        <source>A colour image has no window.</source>
        <translation>У цветного изображения нет окна.</translation>
    </message>
    <message>
        <source>A delimiter stands where no sequence is open.</source>
        <translation>Разделитель стоит там, где нет открытой последовательности.</translation>
    </message>
    <message>
        <source>A frame of this size cannot be in so few bytes: it is refused.</source>
        <translation>Кадр такого размера не может поместиться в столь малом числе байтов: он отклонён.</translation>
    </message>
    <message>
        <source>A frame of {columns} × {rows} pixels is over the limit.</source>
        <translation>Кадр {columns} × {rows} пикселей превышает допустимый предел.</translation>
    </message>
    <message>
        <source>A login by OpenID needs the address of the provider and our client ID.</source>
        <translation>Для входа через OpenID нужны адрес провайдера и наш идентификатор клиента.</translation>
    </message>
    <message>
        <source>A part of the answer is no DICOM file.</source>
        <translation>Часть ответа не является файлом DICOM.</translation>
    </message>
    <message>
        <source>A part of the answer is not as long as it says.</source>
        <translation>Длина части ответа не та, что объявлена.</translation>
    </message>
    <message>
        <source>A part of the answer is too large.</source>
        <translation>Часть ответа слишком велика.</translation>
    </message>
    <message>
        <source>A secured listener needs a certificate and its key.</source>
        <translation>Для защищённого приёма нужны сертификат и его ключ.</translation>
    </message>
    <message>
        <source>A sequence is damaged; it may not be shown completely.</source>
        <translation>Последовательность повреждена; возможно, она показана не полностью.</translation>
    </message>
    <message>
        <source>A user name with a colon cannot be sent.</source>
        <translation>Имя пользователя с двоеточием передать нельзя.</translation>
    </message>
    <message>
        <source>A value is not allowed.</source>
        <translation>Недопустимое значение.</translation>
    </message>
    <message>
        <source>A video is never re-encoded; the peer does not take it as it is.</source>
        <translation>Видео не перекодируется, а в исходном виде узел его не принимает.</translation>
    </message>
    <message>
        <source>A volume has holes there; heights and volumes that count slices come out too small.</source>
        <translation>В объёме там пробелы; высоты и объёмы, подсчитанные по числу срезов, окажутся заниженными.</translation>
    </message>
    <message>
        <source>A web page came instead of DICOM.</source>
        <translation>Вместо DICOM пришла веб-страница.</translation>
    </message>
    <message>
        <source>AE title</source>
        <translation>AE Title</translation>
    </message>
    <message>
        <source>AE titles, each with @ADDRESS if it must call from there; empty: anybody</source>
        <translation>Имена AE, с @АДРЕС, если вызов допустим только оттуда; пусто: кто угодно</translation>
    </message>
    <message>
        <source>About Negatoscope</source>
        <translation>О программе Negatoscope</translation>
    </message>
    <message>
        <source>Accession number</source>
        <translation>Номер направления</translation>
    </message>
    <message>
        <source>Acquired</source>
        <translation>Получено</translation>
    </message>
    <message>
        <source>Actual pixels (1:1)</source>
        <translation>Пиксель в пиксель (1:1)</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Добавить</translation>
    </message>
    <message>
        <source>Add a node</source>
        <translation>Добавить узел</translation>
    </message>
    <message>
        <source>Add a node …</source>
        <translation>Добавить узел …</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Адрес</translation>
    </message>
    <message>
        <source>Address and port of the server that gets every line, too; empty for none</source>
        <translation>Адрес и порт сервера, который тоже получает каждую строку; пусто — никакого</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>Возраст</translation>
    </message>
    <message>
        <source>All addresses of this machine</source>
        <translation>Все адреса этой машины</translation>
    </message>
    <message>
        <source>All files of the study are there.</source>
        <translation>Все файлы исследования на месте.</translation>
    </message>
    <message>
        <source>All lines are as they were written: {count}.</source>
        <translation>Все строки такие, какими были записаны: {count}.</translation>
    </message>
    <message>
        <source>Alphabetic</source>
        <translation>Алфавитная запись</translation>
    </message>
    <message>
        <source>Also CT or MR, 12.03.2020, 2019..2020, id:…, name:…</source>
        <translation>А также CT или MR, 12.03.2020, 2019..2020, id:…, name:…</translation>
    </message>
    <message>
        <source>Also take private object types</source>
        <translation>Принимать и частные типы объектов</translation>
    </message>
    <message>
        <source>An AE title has 1 to 16 plain letters, digits or signs, and no backslash.</source>
        <translation>AE Title состоит из 1–16 простых латинских букв, цифр или знаков, без обратной косой черты.</translation>
    </message>
    <message>
        <source>An attribute is missing.</source>
        <translation>Не хватает атрибута.</translation>
    </message>
    <message>
        <source>An attribute is not known to the peer.</source>
        <translation>Удалённый узел не знает одного из атрибутов.</translation>
    </message>
    <message>
        <source>Angio</source>
        <translation>Сосуды</translation>
    </message>
    <message>
        <source>Angular view</source>
        <translation>Ракурс</translation>
    </message>
    <message>
        <source>Another node of ours already uses this folder.</source>
        <translation>Эту папку уже использует другой наш узел.</translation>
    </message>
    <message>
        <source>Another value than in the image before</source>
        <translation>Значение не то, что у предыдущего изображения</translation>
    </message>
    <message>
        <source>Answer queries from the library and send what is asked for</source>
        <translation>Отвечать на запросы из библиотеки и отправлять запрошенное</translation>
    </message>
    <message>
        <source>Answer to any called AE title</source>
        <translation>Отвечать на любое вызываемое имя AE</translation>
    </message>
    <message>
        <source>Any date</source>
        <translation>Любая дата</translation>
    </message>
    <message>
        <source>Any modality</source>
        <translation>Модальность</translation>
    </message>
    <message>
        <source>Anybody on the network can pose as this node and read what is sent to it.</source>
        <translation>Любой в сети может выдать себя за этот узел и прочитать отправленное ему.</translation>
    </message>
    <message>
        <source>Archives and DICOMDIR media work too</source>
        <translation>Можно и архивы, и диски с DICOMDIR</translation>
    </message>
    <message>
        <source>Archives within archives within archives: deeper than is opened here.</source>
        <translation>Архивы вложены друг в друга слишком глубоко.</translation>
    </message>
    <message>
        <source>As at first</source>
        <translation>Как было</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Как в системе</translation>
    </message>
    <message>
        <source>Ask for another transfer syntax or media type.</source>
        <translation>Запросите другой синтаксис передачи или тип данных.</translation>
    </message>
    <message>
        <source>Ask for less at a time.</source>
        <translation>Запрашивайте меньше за один раз.</translation>
    </message>
    <message>
        <source>Ask for studies; patient name and ID are keys of a study.</source>
        <translation>Запрашивайте исследования; имя и ID пациента — ключи исследования.</translation>
    </message>
    <message>
        <source>Ask its administrator for the right to do it.</source>
        <translation>Попросите у его администратора право на это.</translation>
    </message>
    <message>
        <source>Ask its administrator to enter your AE title, address and port.</source>
        <translation>Попросите администратора узла внести ваш AE Title, адрес и порт.</translation>
    </message>
    <message>
        <source>Ask its administrator which certificate it takes; it has to trust the authority of ours.</source>
        <translation>Спросите у его администратора, какой сертификат он принимает; он должен доверять центру, выдавшему наш.</translation>
    </message>
    <message>
        <source>Ask the administrator of your network how to pass it.</source>
        <translation>Спросите администратора сети, как через него пройти.</translation>
    </message>
    <message>
        <source>Asked the node to answer for the objects …</source>
        <translation>Узел спрошен, хранит ли он объекты …</translation>
    </message>
    <message>
        <source>Asking …</source>
        <translation>Запрос …</translation>
    </message>
    <message numerus="yes">
        <source>Asking … %n study(s) so far</source>
        <translation><numerusform>Запрос … пока %n исследование</numerusform><numerusform>Запрос … пока %n исследования</numerusform><numerusform>Запрос … пока %n исследований</numerusform></translation>
    </message>
    <message>
        <source>Association</source>
        <translation>Ассоциация</translation>
    </message>
    <message>
        <source>Association log</source>
        <translation>Журнал ассоциаций</translation>
    </message>
    <message>
        <source>Association log …</source>
        <translation>Журнал ассоциаций …</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>Внимание</translation>
    </message>
    <message>
        <source>Audit trail</source>
        <translation>Журнал аудита</translation>
    </message>
    <message>
        <source>Audit trail …</source>
        <translation>Журнал аудита …</translation>
    </message>
    <message>
        <source>Authorities</source>
        <translation>Удостоверяющие центры</translation>
    </message>
    <message>
        <source>Auto-routing</source>
        <translation>Автопересылка</translation>
    </message>
    <message>
        <source>Auto-routing …</source>
        <translation>Автопересылка …</translation>
    </message>
    <message>
        <source>Automatic window</source>
        <translation>Автоматическое окно</translation>
    </message>
    <message>
        <source>Birth date</source>
        <translation>Дата рождения</translation>
    </message>
    <message>
        <source>Body part</source>
        <translation>Область тела</translation>
    </message>
    <message>
        <source>Bone</source>
        <translation>Кости</translation>
    </message>
    <message>
        <source>Both are kept and shown apart. An archive may drop one of them.</source>
        <translation>Оба сохранены и показаны отдельно. Архив может отбросить один из них.</translation>
    </message>
    <message>
        <source>Brain</source>
        <translation>Головной мозг</translation>
    </message>
    <message>
        <source>Browser</source>
        <translation>Список исследований</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Байты</translation>
    </message>
    <message>
        <source>Bytes of one message that we announce</source>
        <translation>Сколько байт в одном сообщении мы объявляем</translation>
    </message>
    <message>
        <source>C-ECHO</source>
        <translation>C-ECHO</translation>
    </message>
    <message>
        <source>C-GET: over the same connection</source>
        <translation>C-GET: по тому же соединению</translation>
    </message>
    <message>
        <source>C-MOVE: it connects to us</source>
        <translation>C-MOVE: узел соединяется с нами</translation>
    </message>
    <message>
        <source>Calibrated spacing</source>
        <translation>Калиброванный размер пикселя</translation>
    </message>
    <message>
        <source>Callers must be from</source>
        <translation>Вызывающие заверены</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Отмена</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>Отменено.</translation>
    </message>
    <message>
        <source>Cardiac phase</source>
        <translation>Фаза сердца</translation>
    </message>
    <message>
        <source>Centre</source>
        <translation>Центр</translation>
    </message>
    <message>
        <source>Certificates that vouch for the repository; empty for the system's</source>
        <translation>Сертификаты, которые ручаются за хранилище; пусто — системные</translation>
    </message>
    <message>
        <source>Change the key …</source>
        <translation>Изменить клавишу …</translation>
    </message>
    <message>
        <source>Character set</source>
        <translation>Набор символов</translation>
    </message>
    <message>
        <source>Check that the address begins rightly with https or http.</source>
        <translation>Проверьте, верно ли адрес начинается с https или http.</translation>
    </message>
    <message>
        <source>Check that the address is that of a DICOMweb service.</source>
        <translation>Проверьте, что это адрес службы DICOMweb.</translation>
    </message>
    <message>
        <source>Check the AE title of the node.</source>
        <translation>Проверьте AE Title узла.</translation>
    </message>
    <message>
        <source>Check the address and the port; a DICOM port does not speak HTTP.</source>
        <translation>Проверьте адрес и порт; порт DICOM не понимает HTTP.</translation>
    </message>
    <message>
        <source>Check the address of the archive and the UIDs.</source>
        <translation>Проверьте адрес архива и UID.</translation>
    </message>
    <message>
        <source>Check the address, and whether a firewall is in the way.</source>
        <translation>Проверьте адрес и не мешает ли межсетевой экран.</translation>
    </message>
    <message>
        <source>Check the address; where the archive wants a login, set how you show who you are.</source>
        <translation>Проверьте адрес; если архив требует входа, укажите, как вы представляетесь.</translation>
    </message>
    <message>
        <source>Check the date of this machine.</source>
        <translation>Проверьте дату на этом компьютере.</translation>
    </message>
    <message>
        <source>Check the port, and whether the node is running.</source>
        <translation>Проверьте порт и работает ли узел.</translation>
    </message>
    <message>
        <source>Check the trail</source>
        <translation>Проверить журнал</translation>
    </message>
    <message>
        <source>Check the user name, and give the password or the token again.</source>
        <translation>Проверьте имя пользователя и введите пароль или токен заново.</translation>
    </message>
    <message>
        <source>Checking every line … {share} %</source>
        <translation>Проверка каждой строки … {share} %</translation>
    </message>
    <message>
        <source>Checking the audit trail</source>
        <translation>Проверка журнала аудита</translation>
    </message>
    <message>
        <source>Choose a browser for this system, then try again.</source>
        <translation>Выберите браузер для этой системы и повторите.</translation>
    </message>
    <message>
        <source>Choose another port or address; ports below 1024 are for administrators.</source>
        <translation>Выберите другой порт или адрес; порты ниже 1024 — для администраторов.</translation>
    </message>
    <message>
        <source>Choose another port; another program may have it, or ports below 1024 may need permission.</source>
        <translation>Выберите другой порт: этот может быть занят другой программой, а для портов ниже 1024 могут требоваться права.</translation>
    </message>
    <message>
        <source>Choose one of its own addresses, or none to listen on all.</source>
        <translation>Выберите один из его собственных адресов или оставьте поле пустым, чтобы слушать на всех.</translation>
    </message>
    <message>
        <source>Choose our certificate and its key.</source>
        <translation>Укажите наш сертификат и его ключ.</translation>
    </message>
    <message>
        <source>Choose the file of the peer's authority; its administrator has it.</source>
        <translation>Укажите файл центра сертификации узла; он есть у его администратора.</translation>
    </message>
    <message>
        <source>Choose: {name}</source>
        <translation>Выбрать: {name}</translation>
    </message>
    <message>
        <source>Cine</source>
        <translation>Кино</translation>
    </message>
    <message>
        <source>Cine faster</source>
        <translation>Кино быстрее</translation>
    </message>
    <message>
        <source>Cine slower</source>
        <translation>Кино медленнее</translation>
    </message>
    <message>
        <source>Cine: {rate} frames per second</source>
        <translation>Кино: {rate} кадр/с</translation>
    </message>
    <message>
        <source>Clear search</source>
        <translation>Очистить поиск</translation>
    </message>
    <message>
        <source>Click to see the nodes</source>
        <translation>Щёлкните, чтобы увидеть узлы</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>Close study</source>
        <translation>Закрыть исследование</translation>
    </message>
    <message>
        <source>Closing the study</source>
        <translation>Закрытие исследования</translation>
    </message>
    <message>
        <source>Collapse</source>
        <translation>Свернуть</translation>
    </message>
    <message>
        <source>Collapse all</source>
        <translation>Свернуть всё</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Команды</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>Содержимое</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Копировать</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>Копировать всё</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Копировать подробности</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>Копировать путь</translation>
    </message>
    <message>
        <source>Copy rows</source>
        <translation>Копировать строки</translation>
    </message>
    <message>
        <source>Copy tag</source>
        <translation>Копировать тег</translation>
    </message>
    <message>
        <source>Copy text</source>
        <translation>Копировать текст</translation>
    </message>
    <message>
        <source>Copy value</source>
        <translation>Копировать значение</translation>
    </message>
    <message>
        <source>Copying tags</source>
        <translation>Копирование тегов</translation>
    </message>
    <message>
        <source>Covers</source>
        <translation>Охват</translation>
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation>Ctrl + колесо</translation>
    </message>
    <message>
        <source>Custom dates</source>
        <translation>Свои даты</translation>
    </message>
    <message>
        <source>DICOM files, a DICOMDIR or zip archives. Dropping them on the window works too.</source>
        <translation>Файлы DICOM, DICOMDIR или архивы zip. Их можно и просто перетащить в окно.</translation>
    </message>
    <message>
        <source>DICOM node</source>
        <translation>Узел DICOM</translation>
    </message>
    <message>
        <source>DICOMweb archive</source>
        <translation>Архив DICOMweb</translation>
    </message>
    <message>
        <source>DICOMweb search</source>
        <translation>Поиск DICOMweb</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>Повреждены</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Тёмная</translation>
    </message>
    <message>
        <source>Data type</source>
        <translation>Тип данных</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Дата</translation>
    </message>
    <message>
        <source>Decoding this frame takes more memory than the limit allows.</source>
        <translation>Для распаковки кадра нужно больше памяти, чем разрешено.</translation>
    </message>
    <message>
        <source>Decoding this frame took longer than {seconds:g} s and was stopped.</source>
        <translation>Распаковка кадра заняла больше {seconds:g} с и была остановлена.</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Подробности</translation>
    </message>
    <message>
        <source>Details of skipped files …</source>
        <translation>О пропущенных файлах …</translation>
    </message>
    <message>
        <source>Detector</source>
        <translation>Детектор</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>Направление</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>Документ</translation>
    </message>
    <message>
        <source>Done, but the data do not match their SOP class.</source>
        <translation>Выполнено, но данные не соответствуют своему классу SOP.</translation>
    </message>
    <message>
        <source>Done, but the peer changed some values, or part of it failed.</source>
        <translation>Выполнено, но узел изменил часть значений или часть операции не удалась.</translation>
    </message>
    <message>
        <source>Done, but the peer left out some elements.</source>
        <translation>Выполнено, но узел отбросил часть элементов.</translation>
    </message>
    <message>
        <source>Done, with a remark of the peer.</source>
        <translation>Выполнено с замечанием узла.</translation>
    </message>
    <message>
        <source>Done.</source>
        <translation>Выполнено.</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>Двойной щелчок</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>Вниз</translation>
    </message>
    <message>
        <source>Drag a series here</source>
        <translation>Перетащите сюда серию</translation>
    </message>
    <message>
        <source>Drag the picture</source>
        <translation>Перетаскивание изображения</translation>
    </message>
    <message>
        <source>Drag up and down through the images</source>
        <translation>Движение вверх и вниз листает изображения</translation>
    </message>
    <message>
        <source>Drag up to enlarge, down to shrink</source>
        <translation>Движение вверх увеличивает, вниз — уменьшает</translation>
    </message>
    <message>
        <source>Drag: right is wider, down is darker</source>
        <translation>Движение вправо — шире, вниз — темнее</translation>
    </message>
    <message>
        <source>Drop DICOM files or a folder here</source>
        <translation>Перетащите сюда файлы DICOM или папку</translation>
    </message>
    <message>
        <source>Drop a series here to send it</source>
        <translation>Перетащите сюда серию, чтобы отправить её</translation>
    </message>
    <message>
        <source>Drop files or folders on the window.</source>
        <translation>Перетащите в окно файлы или папки.</translation>
    </message>
    <message>
        <source>Each image is measured with its own spacing; a volume must be resampled first.</source>
        <translation>Каждый снимок измеряется по своему размеру пикселя; объём нужно сначала пересчитать.</translation>
    </message>
    <message>
        <source>Each preset needs a name of at most {count} letters, a width above 0 and a centre, both numbers.</source>
        <translation>Каждому окну нужны название не длиннее {count} знаков, ширина больше 0 и центр, оба числом.</translation>
    </message>
    <message>
        <source>Echo</source>
        <translation>Эхо</translation>
    </message>
    <message>
        <source>Edit window presets …</source>
        <translation>Изменить готовые окна …</translation>
    </message>
    <message>
        <source>Energy window</source>
        <translation>Энергетическое окно</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Enter the host name that stands in the certificate.</source>
        <translation>Введите имя машины, которое стоит в сертификате.</translation>
    </message>
    <message>
        <source>Everything else was opened. Nothing was changed on disk.</source>
        <translation>Всё остальное открыто. На диске ничего не изменено.</translation>
    </message>
    <message>
        <source>Everything that was ever opened</source>
        <translation>Всё, что когда-либо открывалось</translation>
    </message>
    <message>
        <source>Expand</source>
        <translation>Развернуть</translation>
    </message>
    <message>
        <source>Expand all</source>
        <translation>Развернуть всё</translation>
    </message>
    <message>
        <source>Export nodes</source>
        <translation>Экспорт узлов</translation>
    </message>
    <message>
        <source>Export …</source>
        <translation>Экспорт …</translation>
    </message>
    <message>
        <source>Family name, given name; what begins with it is found. * and ? stand for anything.</source>
        <translation>Фамилия, имя; находится всё, что так начинается. * и ? заменяют что угодно.</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>Загрузить</translation>
    </message>
    <message>
        <source>Fetch and open</source>
        <translation>Загрузить и открыть</translation>
    </message>
    <message>
        <source>Fetch by</source>
        <translation>Способ загрузки</translation>
    </message>
    <message>
        <source>Fetched objects</source>
        <translation>Загруженные объекты</translation>
    </message>
    <message>
        <source>Fetching from {node} …</source>
        <translation>Загрузка с узла {node} …</translation>
    </message>
    <message>
        <source>Field of view</source>
        <translation>Поле зрения</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Файл</translation>
    </message>
    <message>
        <source>Files that are gone were taken out of the library: {number}.</source>
        <translation>Исчезнувшие файлы убраны из библиотеки: {number}.</translation>
    </message>
    <message>
        <source>Files with a UID that another file with other content has: {number}.</source>
        <translation>Файлы, чей UID есть и у файла с другим содержимым: {number}.</translation>
    </message>
    <message>
        <source>Filter by modality and date</source>
        <translation>Отбор по модальности и дате</translation>
    </message>
    <message>
        <source>Filter by name or key</source>
        <translation>Фильтр по названию или клавише</translation>
    </message>
    <message>
        <source>Filter tags</source>
        <translation>Фильтр тегов</translation>
    </message>
    <message>
        <source>Filter tags: name, number, value</source>
        <translation>Фильтр: имя, номер, значение</translation>
    </message>
    <message>
        <source>Filtering tags</source>
        <translation>Отбор тегов</translation>
    </message>
    <message>
        <source>Find a command</source>
        <translation>Найти команду</translation>
    </message>
    <message>
        <source>First file</source>
        <translation>Первый файл</translation>
    </message>
    <message>
        <source>First image</source>
        <translation>Первое изображение</translation>
    </message>
    <message>
        <source>Fit to window</source>
        <translation>Вписать в окно</translation>
    </message>
    <message>
        <source>Flip angle</source>
        <translation>Угол отклонения</translation>
    </message>
    <message>
        <source>Flip horizontally</source>
        <translation>Отразить слева направо</translation>
    </message>
    <message>
        <source>Flip vertically</source>
        <translation>Отразить сверху вниз</translation>
    </message>
    <message>
        <source>Flipped</source>
        <translation>Отражено</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Папка</translation>
    </message>
    <message>
        <source>For an answer</source>
        <translation>На ответ</translation>
    </message>
    <message>
        <source>For the next object of a C-MOVE</source>
        <translation>На следующий объект C-MOVE</translation>
    </message>
    <message>
        <source>Forget a search</source>
        <translation>Забыть поиск</translation>
    </message>
    <message>
        <source>Forget the list</source>
        <translation>Очистить список</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Формат</translation>
    </message>
    <message>
        <source>Frame of Reference</source>
        <translation>Система координат</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Кадры</translation>
    </message>
    <message>
        <source>From</source>
        <translation>С</translation>
    </message>
    <message>
        <source>From … to …</source>
        <translation>С … по …</translation>
    </message>
    <message>
        <source>Full screen: nothing but the images</source>
        <translation>Во весь экран: только изображения</translation>
    </message>
    <message>
        <source>Give at least one key with a value, for example a UID.</source>
        <translation>Укажите хотя бы один ключ со значением, например UID.</translation>
    </message>
    <message>
        <source>Give the user name by itself; the password is asked for.</source>
        <translation>Укажите имя пользователя отдельно; пароль будет запрошен.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Продолжить</translation>
    </message>
    <message>
        <source>Goes into the key store of the system, never into a file</source>
        <translation>Попадает в хранилище ключей системы, но не в файл</translation>
    </message>
    <message>
        <source>Good for 3D. Volumes must be computed with the distance, not with the thickness.</source>
        <translation>Для 3D это хорошо. Объёмы нужно считать по расстоянию, а не по толщине.</translation>
    </message>
    <message>
        <source>Have the node confirm that it keeps them</source>
        <translation>Пусть узел подтвердит, что хранит их</translation>
    </message>
    <message>
        <source>Hide the images</source>
        <translation>Скрыть снимки</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Высококонтрастная</translation>
    </message>
    <message>
        <source>Hold to read the value under the cursor</source>
        <translation>Удерживайте, чтобы прочитать значение под курсором</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Хост</translation>
    </message>
    <message>
        <source>Host name</source>
        <translation>Имя хоста</translation>
    </message>
    <message>
        <source>How many viewports</source>
        <translation>Сколько областей просмотра</translation>
    </message>
    <message>
        <source>How the node is called here</source>
        <translation>Как узел называется здесь</translation>
    </message>
    <message>
        <source>ID {value}</source>
        <translation>ID {value}</translation>
    </message>
    <message>
        <source>Ideographic</source>
        <translation>Иероглифическая запись</translation>
    </message>
    <message>
        <source>If you can, get the file once more from where it came. Its tags are in the inspector.</source>
        <translation>Если можно, получите файл ещё раз там, откуда он взят. Его теги — в инспекторе.</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Снимок</translation>
    </message>
    <message>
        <source>Image in the stack</source>
        <translation>Изображение в серии</translation>
    </message>
    <message>
        <source>Image type</source>
        <translation>Тип изображения</translation>
    </message>
    <message>
        <source>Image {number}</source>
        <translation>Снимок {number}</translation>
    </message>
    <message>
        <source>Image {number} / {count}</source>
        <translation>Изобр. {number} / {count}</translation>
    </message>
    <message>
        <source>Image {number} of {count}</source>
        <translation>Изображение {number} из {count}</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Изображения</translation>
    </message>
    <message>
        <source>Images at a position that another image has too: {number}.</source>
        <translation>Изображений, чьё положение совпадает с другим: {number}.</translation>
    </message>
    <message>
        <source>Images in the transfer syntax {name} cannot be decoded.</source>
        <translation>Изображения в синтаксисе передачи {name} не декодируются.</translation>
    </message>
    <message>
        <source>Images that do not say where they lie: {number}.</source>
        <translation>Снимки, в которых не указано положение: {number}.</translation>
    </message>
    <message>
        <source>Images that state no pixel spacing: {number}.</source>
        <translation>Снимки, в которых не указан размер пикселя: {number}.</translation>
    </message>
    <message>
        <source>Images were received; they are in the browser.</source>
        <translation>Получены изображения; они в списке исследований.</translation>
    </message>
    <message>
        <source>Import nodes</source>
        <translation>Импорт узлов</translation>
    </message>
    <message>
        <source>Import …</source>
        <translation>Импорт …</translation>
    </message>
    <message>
        <source>Insecure: do not check the certificate</source>
        <translation>Небезопасно: не проверять сертификат</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Инспектор</translation>
    </message>
    <message>
        <source>Install it with: {command}</source>
        <translation>Установите её: {command}</translation>
    </message>
    <message>
        <source>Install it, or unpack the archive with another program and open the folder.</source>
        <translation>Установите его или распакуйте архив другой программой и откройте папку.</translation>
    </message>
    <message>
        <source>Institution</source>
        <translation>Учреждение</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>Инвертировать</translation>
    </message>
    <message>
        <source>Inverted</source>
        <translation>Инверсия</translation>
    </message>
    <message>
        <source>Issuer of the ID</source>
        <translation>Кем выдан ID</translation>
    </message>
    <message>
        <source>It cannot listen: {reason}.</source>
        <translation>Приём не включается: {reason}.</translation>
    </message>
    <message>
        <source>It does not listen. Other nodes cannot send to this workstation.</source>
        <translation>Приём выключен. Другие узлы не могут отправлять на эту станцию.</translation>
    </message>
    <message>
        <source>It does not open {name}. Try another one:</source>
        <translation>Он не открывает {name}. Введите другой пароль:</translation>
    </message>
    <message>
        <source>It is started again by itself; try once more.</source>
        <translation>Она запускается снова сама; попробуйте ещё раз.</translation>
    </message>
    <message>
        <source>It listens on port {port}.</source>
        <translation>Приём идёт на порту {port}.</translation>
    </message>
    <message>
        <source>It may want a certificate of ours, or another one: choose our certificate and its key.</source>
        <translation>Возможно, ему нужен наш сертификат или другой: укажите наш сертификат и его ключ.</translation>
    </message>
    <message>
        <source>Item {number}</source>
        <translation>Запись {number}</translation>
    </message>
    <message>
        <source>Its administrator has to renew it. Check the date of this machine, too.</source>
        <translation>Его администратор должен обновить сертификат. Проверьте и дату на этом компьютере.</translation>
    </message>
    <message>
        <source>Its tags are in the inspector.</source>
        <translation>Его теги — в инспекторе.</translation>
    </message>
    <message>
        <source>Keep it in the system's key store, or give it again.</source>
        <translation>Сохраните его в хранилище ключей системы или введите снова.</translation>
    </message>
    <message>
        <source>Keep this search</source>
        <translation>Сохранить поиск</translation>
    </message>
    <message>
        <source>Keep this search …</source>
        <translation>Сохранить этот поиск …</translation>
    </message>
    <message>
        <source>Kept searches</source>
        <translation>Сохранённые поиски</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Клавиша</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Клавиши</translation>
    </message>
    <message>
        <source>Kind of document</source>
        <translation>Вид документа</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Язык</translation>
    </message>
    <message>
        <source>Largest PDU</source>
        <translation>Наибольший PDU</translation>
    </message>
    <message>
        <source>Last 12 months</source>
        <translation>За 12 месяцев</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>Последние 30 дней</translation>
    </message>
    <message>
        <source>Last 31 days</source>
        <translation>За 31 день</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>За 7 дней</translation>
    </message>
    <message>
        <source>Last image</source>
        <translation>Последнее изображение</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>Раскладка</translation>
    </message>
    <message>
        <source>Layout {rows} × {columns}</source>
        <translation>Раскладка {rows} × {columns}</translation>
    </message>
    <message>
        <source>Left and right drag</source>
        <translation>Движение с левой и правой кнопками</translation>
    </message>
    <message>
        <source>Left drag</source>
        <translation>Движение с левой кнопкой</translation>
    </message>
    <message>
        <source>Left here: {count} objects with other content under the same UID.</source>
        <translation>Не отправлены объекты с другим содержимым под тем же UID: {count}.</translation>
    </message>
    <message>
        <source>Lengths on them can only be given in pixels.</source>
        <translation>Длины на них можно указать только в пикселях.</translation>
    </message>
    <message>
        <source>Libraries and licences</source>
        <translation>Библиотеки и лицензии</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Библиотека</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Светлая</translation>
    </message>
    <message>
        <source>Like</source>
        <translation>Условие</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Пределы</translation>
    </message>
    <message>
        <source>List the images</source>
        <translation>Показать список снимков</translation>
    </message>
    <message>
        <source>Listen for other nodes</source>
        <translation>Принимать от других узлов</translation>
    </message>
    <message>
        <source>Listener: {state}</source>
        <translation>Приём: {state}</translation>
    </message>
    <message>
        <source>Listening as {title} on port {port}</source>
        <translation>Приём под именем {title} на порту {port}</translation>
    </message>
    <message>
        <source>Liver</source>
        <translation>Печень</translation>
    </message>
    <message>
        <source>Loading image {number} of {count} …</source>
        <translation>Загрузка изображения {number} из {count} …</translation>
    </message>
    <message>
        <source>Loc {millimetres} mm</source>
        <translation>Полож. {millimetres} мм</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>Под паролем</translation>
    </message>
    <message>
        <source>Log in with the browser (OpenID)</source>
        <translation>Вход через браузер (OpenID)</translation>
    </message>
    <message>
        <source>Look for missing files</source>
        <translation>Проверить наличие файлов</translation>
    </message>
    <message>
        <source>Look in the library</source>
        <translation>Открыть библиотеку</translation>
    </message>
    <message>
        <source>Looking for missing files</source>
        <translation>Проверка наличия файлов</translation>
    </message>
    <message>
        <source>Lossy</source>
        <translation>Сжато с потерями</translation>
    </message>
    <message>
        <source>Lossy {ratio} : 1</source>
        <translation>Сжато с потерями {ratio} : 1</translation>
    </message>
    <message>
        <source>Lung</source>
        <translation>Лёгкие</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>МБ</translation>
    </message>
    <message>
        <source>Maximise viewport</source>
        <translation>Развернуть область просмотра</translation>
    </message>
    <message>
        <source>Measures within a slice are right. A volume must be sheared first, or reformats and 3D come out slanted.</source>
        <translation>Измерения внутри среза верны. Объём нужно сначала выправить сдвигом, иначе реконструкции и 3D выйдут скошенными.</translation>
    </message>
    <message>
        <source>Mediastinum</source>
        <translation>Средостение</translation>
    </message>
    <message>
        <source>Memory for images</source>
        <translation>Память для изображений</translation>
    </message>
    <message>
        <source>Mend or remove the file; nothing in it was changed.</source>
        <translation>Исправьте или удалите файл; в нём ничего не изменено.</translation>
    </message>
    <message>
        <source>Menu of the picture</source>
        <translation>Меню изображения</translation>
    </message>
    <message>
        <source>Middle drag</source>
        <translation>Движение со средней кнопкой</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>Не найдены</translation>
    </message>
    <message>
        <source>Modality</source>
        <translation>Модальность</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Ещё</translation>
    </message>
    <message>
        <source>Mouse on a picture</source>
        <translation>Мышь на изображении</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Имя</translation>
    </message>
    <message>
        <source>Name of the search:</source>
        <translation>Название поиска:</translation>
    </message>
    <message>
        <source>Name or address of its machine</source>
        <translation>Имя или адрес его машины</translation>
    </message>
    <message>
        <source>Neither the file nor the mapping objects say what its values stand for.</source>
        <translation>Ни файл, ни отдельные соответствия не говорят, что означают его значения.</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Сеть</translation>
    </message>
    <message>
        <source>Network connection</source>
        <translation>Сетевое соединение</translation>
    </message>
    <message>
        <source>New archive</source>
        <translation>Новый архив</translation>
    </message>
    <message>
        <source>New node</source>
        <translation>Новый узел</translation>
    </message>
    <message>
        <source>Next image</source>
        <translation>Следующее изображение</translation>
    </message>
    <message>
        <source>Next in the first dimension</source>
        <translation>Следующее по первому измерению</translation>
    </message>
    <message>
        <source>Next in the second dimension</source>
        <translation>Следующее по второму измерению</translation>
    </message>
    <message>
        <source>Next mapped value</source>
        <translation>Следующая величина из файла</translation>
    </message>
    <message>
        <source>Next or previous image</source>
        <translation>Следующее или предыдущее изображение</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>Следующая панель</translation>
    </message>
    <message>
        <source>Next series</source>
        <translation>Следующая серия</translation>
    </message>
    <message>
        <source>Next study</source>
        <translation>Следующее исследование</translation>
    </message>
    <message>
        <source>Next viewport</source>
        <translation>Следующая область просмотра</translation>
    </message>
    <message>
        <source>No browser could be opened for the login.</source>
        <translation>Не удалось открыть браузер для входа.</translation>
    </message>
    <message>
        <source>No connection to {node}: {reason}.</source>
        <translation>Нет соединения с {node}: {reason}.</translation>
    </message>
    <message>
        <source>No decoder</source>
        <translation>Нет декодера</translation>
    </message>
    <message>
        <source>No file manager answers.</source>
        <translation>Файловый менеджер не отвечает.</translation>
    </message>
    <message>
        <source>No name</source>
        <translation>Без имени</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>Без изображения</translation>
    </message>
    <message>
        <source>No secure connection could be agreed on: {reason}.</source>
        <translation>Не удалось договориться о защищённом соединении: {reason}.</translation>
    </message>
    <message>
        <source>No window preset has the key {digit}.</source>
        <translation>Готового окна с клавишей {digit} нет.</translation>
    </message>
    <message>
        <source>Nobody asked for this instance.</source>
        <translation>Этот экземпляр никто не запрашивал.</translation>
    </message>
    <message>
        <source>Nobody logged in within {seconds} s.</source>
        <translation>За {seconds} с никто не вошёл.</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>Узлы</translation>
    </message>
    <message>
        <source>Nodes to ask</source>
        <translation>Опрашиваемые узлы</translation>
    </message>
    <message>
        <source>Nodes …</source>
        <translation>Узлы …</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Нет</translation>
    </message>
    <message>
        <source>None of the passwords opens this archive.</source>
        <translation>Ни один из паролей не подошёл к этому архиву.</translation>
    </message>
    <message>
        <source>None of the {number} files that this DICOMDIR names is there.</source>
        <translation>Файлов, которые называет этот DICOMDIR, нет на месте (всего: {number}).</translation>
    </message>
    <message>
        <source>Not DICOM</source>
        <translation>Не DICOM</translation>
    </message>
    <message>
        <source>Not a medical device. Not for diagnosis.</source>
        <translation>Не является медицинским изделием. Не для диагностики.</translation>
    </message>
    <message>
        <source>Not calibrated</source>
        <translation>Не калибровано</translation>
    </message>
    <message>
        <source>Not saved: cancelled.</source>
        <translation>Не сохранено: отменено.</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Примечание</translation>
    </message>
    <message>
        <source>Nothing answered at {node} within {seconds} s.</source>
        <translation>{node} не ответил за {seconds} с.</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Ничего не найдено</translation>
    </message>
    <message>
        <source>Nothing has happened on the network since the program started.</source>
        <translation>С запуска программы в сети ничего не происходило.</translation>
    </message>
    <message>
        <source>Nothing is open</source>
        <translation>Ничего не открыто</translation>
    </message>
    <message>
        <source>Nothing opened yet</source>
        <translation>Пока ничего не открыто</translation>
    </message>
    <message>
        <source>Nothing says what to retrieve.</source>
        <translation>Не сказано, что получить.</translation>
    </message>
    <message>
        <source>Nothing was sent or fetched yet.</source>
        <translation>Пока ничего не отправлено и не загружено.</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Номер</translation>
    </message>
    <message>
        <source>Object</source>
        <translation>Объект</translation>
    </message>
    <message>
        <source>Object {number}</source>
        <translation>Объект {number}</translation>
    </message>
    <message>
        <source>Objects</source>
        <translation>Объекты</translation>
    </message>
    <message>
        <source>Objects of the transfer</source>
        <translation>Объекты передачи</translation>
    </message>
    <message>
        <source>Of search terms beyond plain letters</source>
        <translation>Для поиска не латинскими буквами</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Вкл.</translation>
    </message>
    <message>
        <source>Only plain HTTP proxies are known; check the proxy settings.</source>
        <translation>Поддерживаются только обычные HTTP-прокси; проверьте настройки прокси.</translation>
    </message>
    <message>
        <source>Only the beginning is shown: {count}.</source>
        <translation>Показано только начало: {count}.</translation>
    </message>
    <message>
        <source>Only the first {count} lines are shown.</source>
        <translation>Показаны только первые строки: {count}.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Открыть</translation>
    </message>
    <message>
        <source>Open files</source>
        <translation>Открыть файлы</translation>
    </message>
    <message>
        <source>Open files …</source>
        <translation>Открыть файлы …</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Открыть папку</translation>
    </message>
    <message>
        <source>Open folder …</source>
        <translation>Открыть папку …</translation>
    </message>
    <message>
        <source>Open in the next viewport</source>
        <translation>Открыть в следующей области просмотра</translation>
    </message>
    <message>
        <source>Open sample</source>
        <translation>Открыть пример</translation>
    </message>
    <message>
        <source>Open sample study</source>
        <translation>Открыть пример исследования</translation>
    </message>
    <message>
        <source>Open value …</source>
        <translation>Открыть значение …</translation>
    </message>
    <message>
        <source>OpenID provider</source>
        <translation>Поставщик OpenID</translation>
    </message>
    <message>
        <source>Opened before</source>
        <translation>Открывались ранее</translation>
    </message>
    <message>
        <source>Optical path</source>
        <translation>Оптический путь</translation>
    </message>
    <message>
        <source>Orientation</source>
        <translation>Ориентация</translation>
    </message>
    <message>
        <source>Other machines could read the whole library: nothing says who may come in.</source>
        <translation>Другие компьютеры смогли бы читать всю библиотеку: не указано, кого впускать.</translation>
    </message>
    <message>
        <source>Our certificate</source>
        <translation>Наш сертификат</translation>
    </message>
    <message>
        <source>Our key</source>
        <translation>Наш ключ</translation>
    </message>
    <message>
        <source>Our name on the network</source>
        <translation>Наше имя в сети</translation>
    </message>
    <message>
        <source>Our name there</source>
        <translation>Наше имя там</translation>
    </message>
    <message>
        <source>Over a limit</source>
        <translation>Сверх предела</translation>
    </message>
    <message>
        <source>PEM file of authorities; empty: callers need no certificate</source>
        <translation>PEM-файл удостоверяющих центров; пусто: сертификат вызывающему не нужен</translation>
    </message>
    <message>
        <source>PEM file of the authorities trusted; empty: those of the system</source>
        <translation>PEM-файл доверенных удостоверяющих центров; пусто: системные</translation>
    </message>
    <message>
        <source>PEM file, shown to the node when it asks</source>
        <translation>PEM-файл, показывается узлу по его просьбе</translation>
    </message>
    <message>
        <source>PEM file, with the authorities between</source>
        <translation>PEM-файл, вместе с промежуточными центрами</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Страницы</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>Сдвиг</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Пароль</translation>
    </message>
    <message>
        <source>Password of {name}:</source>
        <translation>Пароль архива {name}:</translation>
    </message>
    <message>
        <source>Password or token</source>
        <translation>Пароль или токен</translation>
    </message>
    <message>
        <source>Password or token of {user}:</source>
        <translation>Пароль или токен пользователя {user}:</translation>
    </message>
    <message>
        <source>Password …</source>
        <translation>Пароль …</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>Пациент</translation>
    </message>
    <message>
        <source>Patient ID</source>
        <translation>ID пациента</translation>
    </message>
    <message>
        <source>Patients can be asked for only with the patient root.</source>
        <translation>Пациентов можно запрашивать только в модели Patient Root.</translation>
    </message>
    <message>
        <source>Patients, studies and series</source>
        <translation>Пациенты, исследования и серии</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Пауза</translation>
    </message>
    <message>
        <source>Phase</source>
        <translation>Фаза</translation>
    </message>
    <message>
        <source>Phonetic</source>
        <translation>Фонетическая запись</translation>
    </message>
    <message>
        <source>Pixel</source>
        <translation>Пиксель</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>Пиксели</translation>
    </message>
    <message>
        <source>Pixels of {bits} bits cannot be decoded.</source>
        <translation>Пиксели глубиной {bits} бит не декодируются.</translation>
    </message>
    <message>
        <source>Pixels of {bits} bits cannot be re-encoded.</source>
        <translation>Пиксели глубиной {bits} бит не перекодируются.</translation>
    </message>
    <message>
        <source>Plane</source>
        <translation>Плоскость</translation>
    </message>
    <message>
        <source>Play or stop</source>
        <translation>Пуск или стоп</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Порт</translation>
    </message>
    <message>
        <source>Port {port} cannot be listened on: {reason}.</source>
        <translation>Невозможно принимать на порту {port}: {reason}.</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Настройки</translation>
    </message>
    <message>
        <source>Preferences …</source>
        <translation>Настройки …</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Окна</translation>
    </message>
    <message>
        <source>Press the new key. Escape leaves it as it is.</source>
        <translation>Нажмите новую клавишу. Escape оставит прежнюю.</translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation>Предыдущее изображение</translation>
    </message>
    <message>
        <source>Previous in the first dimension</source>
        <translation>Предыдущее по первому измерению</translation>
    </message>
    <message>
        <source>Previous in the second dimension</source>
        <translation>Предыдущее по второму измерению</translation>
    </message>
    <message>
        <source>Previous series</source>
        <translation>Предыдущая серия</translation>
    </message>
    <message>
        <source>Previous study</source>
        <translation>Предыдущее исследование</translation>
    </message>
    <message>
        <source>Previous viewport</source>
        <translation>Предыдущая область просмотра</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Конфиденциальность</translation>
    </message>
    <message>
        <source>Private block of {creator}</source>
        <translation>Частный блок {creator}</translation>
    </message>
    <message>
        <source>Probe</source>
        <translation>Значение</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Ход работы</translation>
    </message>
    <message>
        <source>Properties</source>
        <translation>Свойства</translation>
    </message>
    <message>
        <source>Properties …</source>
        <translation>Свойства …</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Протокол</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Выход</translation>
    </message>
    <message>
        <source>R-R interval</source>
        <translation>Интервал R–R</translation>
    </message>
    <message>
        <source>Reachable from</source>
        <translation>Доступен с</translation>
    </message>
    <message>
        <source>Read under the cursor: {name} ({number} of {count})</source>
        <translation>Под курсором читается: {name} ({number} из {count})</translation>
    </message>
    <message>
        <source>Reading mode</source>
        <translation>Режим чтения</translation>
    </message>
    <message>
        <source>Reading mode: F11 brings the panels back</source>
        <translation>Режим чтения: F11 вернёт панели</translation>
    </message>
    <message>
        <source>Reading {done} files</source>
        <translation>Чтение файлов: {done}</translation>
    </message>
    <message>
        <source>Reading {done} of {total} files</source>
        <translation>Чтение: {done} из {total} файлов</translation>
    </message>
    <message>
        <source>Reading …</source>
        <translation>Чтение …</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Причина</translation>
    </message>
    <message>
        <source>Receive what other nodes send, and answer their queries</source>
        <translation>Принимать то, что отправляют другие узлы, и отвечать на их запросы</translation>
    </message>
    <message>
        <source>Received from</source>
        <translation>Получено от</translation>
    </message>
    <message>
        <source>Referring physician</source>
        <translation>Направивший врач</translation>
    </message>
    <message>
        <source>Remember what was opened</source>
        <translation>Помнить, что открывалось</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Удалить</translation>
    </message>
    <message>
        <source>Remove this node</source>
        <translation>Удалить этот узел</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Отчёт</translation>
    </message>
    <message>
        <source>Repository</source>
        <translation>Хранилище</translation>
    </message>
    <message>
        <source>Requests at once</source>
        <translation>Запросов сразу</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Сбросить</translation>
    </message>
    <message>
        <source>Reset view</source>
        <translation>Сбросить вид</translation>
    </message>
    <message>
        <source>Right click</source>
        <translation>Щелчок правой кнопкой</translation>
    </message>
    <message>
        <source>Right drag</source>
        <translation>Движение с правой кнопкой</translation>
    </message>
    <message>
        <source>Root of the DICOMweb service</source>
        <translation>Корень службы DICOMweb</translation>
    </message>
    <message>
        <source>Rotate left</source>
        <translation>Повернуть влево</translation>
    </message>
    <message>
        <source>Rotate right</source>
        <translation>Повернуть вправо</translation>
    </message>
    <message>
        <source>Rotated {degrees}°</source>
        <translation>Поворот {degrees}°</translation>
    </message>
    <message>
        <source>Rotation</source>
        <translation>Вращение</translation>
    </message>
    <message>
        <source>SUV {kind}</source>
        <translation>SUV {kind}</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Сохранить</translation>
    </message>
    <message>
        <source>Save as …</source>
        <translation>Сохранить как …</translation>
    </message>
    <message>
        <source>Save value</source>
        <translation>Сохранить значение</translation>
    </message>
    <message>
        <source>Saved: {path}</source>
        <translation>Сохранено: {path}</translation>
    </message>
    <message>
        <source>Saving a value</source>
        <translation>Сохранение значения</translation>
    </message>
    <message>
        <source>Scopes</source>
        <translation>Области доступа</translation>
    </message>
    <message>
        <source>Scroll</source>
        <translation>Листать</translation>
    </message>
    <message>
        <source>Scrolling stays at one place; a volume can take only one image for each position.</source>
        <translation>При прокрутке место не меняется; в объём войдёт только один снимок на каждое положение.</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Поиск</translation>
    </message>
    <message>
        <source>Search for other studies of this patient</source>
        <translation>Искать другие исследования этого пациента</translation>
    </message>
    <message>
        <source>Search name, ID, date, text</source>
        <translation>Имя, ID, дата, текст</translation>
    </message>
    <message>
        <source>Search patients and studies</source>
        <translation>Поиск пациентов и исследований</translation>
    </message>
    <message>
        <source>Search the library</source>
        <translation>Искать в библиотеке</translation>
    </message>
    <message>
        <source>Search the network</source>
        <translation>Поиск в сети</translation>
    </message>
    <message>
        <source>Searching, sending and fetching work here as well: the other one does them. Only listening is left to it.</source>
        <translation>Поиск, отправка и получение работают и здесь: их выполняет другой узел. Только приём остаётся за ним.</translation>
    </message>
    <message>
        <source>Secure with TLS</source>
        <translation>Защитить с помощью TLS</translation>
    </message>
    <message>
        <source>Secured with TLS</source>
        <translation>Защищено TLS</translation>
    </message>
    <message>
        <source>Security</source>
        <translation>Безопасность</translation>
    </message>
    <message>
        <source>Segment</source>
        <translation>Сегмент</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Отправить</translation>
    </message>
    <message>
        <source>Send or ask for less at a time.</source>
        <translation>Отправляйте или запрашивайте меньше за один раз.</translation>
    </message>
    <message>
        <source>Send series …</source>
        <translation>Отправить серию …</translation>
    </message>
    <message>
        <source>Send study …</source>
        <translation>Отправить исследование …</translation>
    </message>
    <message>
        <source>Send to</source>
        <translation>Отправить на</translation>
    </message>
    <message>
        <source>Send …</source>
        <translation>Отправить …</translation>
    </message>
    <message>
        <source>Sent as {sent_as}, without loss: {original} is not taken there.</source>
        <translation>Отправлено как {sent_as}, без потерь: {original} там не принимают.</translation>
    </message>
    <message>
        <source>Sent objects</source>
        <translation>Отправленные объекты</translation>
    </message>
    <message>
        <source>Sequences are nested deeper than {depth} levels; the rest is not shown.</source>
        <translation>Последовательности вложены глубже {depth} уровней; остальное не показано.</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>Серия</translation>
    </message>
    <message>
        <source>Series UID</source>
        <translation>UID серии</translation>
    </message>
    <message>
        <source>Series time</source>
        <translation>Время серии</translation>
    </message>
    <message>
        <source>Series {number}</source>
        <translation>Серия {number}</translation>
    </message>
    <message>
        <source>Set a token or a user, or let everybody in with --anonymous.</source>
        <translation>Задайте токен или пользователя либо впускайте всех с --anonymous.</translation>
    </message>
    <message>
        <source>Set how you show who you are, or enter the address that the archive has now.</source>
        <translation>Укажите, как вы представляетесь, или введите нынешний адрес архива.</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>Пол</translation>
    </message>
    <message>
        <source>Shift, Ctrl + Shift while dragging</source>
        <translation>Shift, Ctrl + Shift при движении</translation>
    </message>
    <message>
        <source>Show in file manager</source>
        <translation>Показать в файловом менеджере</translation>
    </message>
    <message>
        <source>Show the trace</source>
        <translation>Показать след</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Размер</translation>
    </message>
    <message>
        <source>Skip the archive</source>
        <translation>Пропустить архив</translation>
    </message>
    <message>
        <source>Skipped files</source>
        <translation>Пропущенные файлы</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>Срез</translation>
    </message>
    <message>
        <source>Slice distance</source>
        <translation>Шаг срезов</translation>
    </message>
    <message>
        <source>Slice thickness</source>
        <translation>Толщина среза</translation>
    </message>
    <message>
        <source>Slices of {thickness} mm lie {step} mm apart: they overlap.</source>
        <translation>Срезы толщиной {thickness} мм идут через {step} мм: они перекрываются.</translation>
    </message>
    <message>
        <source>Slices seem to be missing: {number}.</source>
        <translation>Похоже, не хватает срезов: {number}.</translation>
    </message>
    <message>
        <source>Smooth pixels</source>
        <translation>Сглаживание</translation>
    </message>
    <message>
        <source>Smooth when enlarged</source>
        <translation>Сглаживать при увеличении</translation>
    </message>
    <message>
        <source>Soft tissue</source>
        <translation>Мягкие ткани</translation>
    </message>
    <message>
        <source>Some settings were not valid and were set back: {names}.</source>
        <translation>Некоторые настройки были недопустимы и сброшены: {names}.</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>Что-то пошло не так</translation>
    </message>
    <message>
        <source>Something went wrong inside the program</source>
        <translation>Внутри программы что-то пошло не так</translation>
    </message>
    <message>
        <source>Something went wrong inside: this is not shown.</source>
        <translation>Внутренняя ошибка: это не показано.</translation>
    </message>
    <message>
        <source>Spacing at the detector, not in the patient</source>
        <translation>Размер пикселя на детекторе, а не в теле пациента</translation>
    </message>
    <message>
        <source>Spacing estimated from the magnification</source>
        <translation>Размер пикселя оценён по увеличению</translation>
    </message>
    <message>
        <source>Spacing of the film scanner</source>
        <translation>Размер пикселя плёночного сканера</translation>
    </message>
    <message>
        <source>Spacing of the ultrasound region</source>
        <translation>Размер пикселя области УЗИ</translation>
    </message>
    <message>
        <source>Split off</source>
        <translation>Отделено</translation>
    </message>
    <message>
        <source>Split off because</source>
        <translation>Отделено, потому что</translation>
    </message>
    <message>
        <source>Stack</source>
        <translation>Стопка</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Состояние</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Состояние</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Стоп</translation>
    </message>
    <message>
        <source>Stop checking</source>
        <translation>Прервать проверку</translation>
    </message>
    <message>
        <source>Stop what goes on</source>
        <translation>Остановить текущую работу</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Остановлено.</translation>
    </message>
    <message>
        <source>Stopped. Nothing was taken out of the library.</source>
        <translation>Остановлено. Из библиотеки ничего не убрано.</translation>
    </message>
    <message>
        <source>Stopped: the rest was not checked.</source>
        <translation>Остановлено: остальное не проверено.</translation>
    </message>
    <message>
        <source>Storage commitment, asked for after the last object</source>
        <translation>Storage Commitment, запрашивается после последнего объекта</translation>
    </message>
    <message>
        <source>Stroke</source>
        <translation>Инсульт</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>Исследование</translation>
    </message>
    <message>
        <source>Study UID</source>
        <translation>UID исследования</translation>
    </message>
    <message>
        <source>Study date</source>
        <translation>Дата исследования</translation>
    </message>
    <message>
        <source>Switch the listener on, and have the node's administrator enter our AE title, address and port.</source>
        <translation>Включите приём и попросите администратора узла внести наш AE Title, адрес и порт.</translation>
    </message>
    <message>
        <source>Syntax</source>
        <translation>Синтаксис</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>TLS needs a certificate and its key.</source>
        <translation>Для TLS нужны сертификат и его ключ.</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Тег</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Теги</translation>
    </message>
    <message>
        <source>Take off the list</source>
        <translation>Убрать из списка</translation>
    </message>
    <message>
        <source>Take out of the library</source>
        <translation>Убрать из библиотеки</translation>
    </message>
    <message>
        <source>Taking the study out of the library</source>
        <translation>Исследование убирается из библиотеки</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Проверить</translation>
    </message>
    <message>
        <source>Testing …</source>
        <translation>Проверка …</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Текст</translation>
    </message>
    <message>
        <source>Text of the object</source>
        <translation>Текст объекта</translation>
    </message>
    <message>
        <source>Text on the image: all, no patient, none</source>
        <translation>Надписи: все, без данных пациента, никаких</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Размер текста</translation>
    </message>
    <message>
        <source>Text size: {percent} %</source>
        <translation>Размер текста: {percent} %</translation>
    </message>
    <message>
        <source>Text: everything</source>
        <translation>Надписи: все</translation>
    </message>
    <message>
        <source>Text: none</source>
        <translation>Надписи: скрыты</translation>
    </message>
    <message>
        <source>Text: without patient data</source>
        <translation>Надписи: без данных пациента</translation>
    </message>
    <message>
        <source>The DICOMDIR names a file outside its folder; that is refused.</source>
        <translation>DICOMDIR называет файл вне своей папки; это отклонено.</translation>
    </message>
    <message>
        <source>The DICOMDIR names this file, but it is not there.</source>
        <translation>DICOMDIR называет этот файл, но его нет на месте.</translation>
    </message>
    <message>
        <source>The OpenID provider calls itself by another name; it is not trusted.</source>
        <translation>Провайдер OpenID называет себя другим именем; доверия ему нет.</translation>
    </message>
    <message>
        <source>The OpenID provider does not offer this kind of login.</source>
        <translation>Провайдер OpenID не предлагает такого входа.</translation>
    </message>
    <message>
        <source>The OpenID provider gave no token that can be used.</source>
        <translation>Провайдер OpenID не выдал пригодного токена.</translation>
    </message>
    <message>
        <source>The OpenID provider is not secured by TLS; no login is sent to it.</source>
        <translation>Провайдер OpenID не защищён TLS; данные для входа ему не отправляются.</translation>
    </message>
    <message>
        <source>The RLE header of this frame is cut off.</source>
        <translation>Заголовок RLE этого кадра обрезан.</translation>
    </message>
    <message>
        <source>The SOP class is not known to the peer.</source>
        <translation>Удалённый узел не знает этого класса SOP.</translation>
    </message>
    <message>
        <source>The address of a DICOMweb archive holds no user name, password or question mark.</source>
        <translation>В адресе архива DICOMweb нет имени пользователя, пароля и вопросительного знака.</translation>
    </message>
    <message>
        <source>The address of the OpenID provider is missing: https://…</source>
        <translation>Не указан адрес поставщика OpenID: https://…</translation>
    </message>
    <message>
        <source>The address of the audit repository cannot be read.</source>
        <translation>Не удаётся прочитать адрес хранилища журнала аудита.</translation>
    </message>
    <message>
        <source>The answer does not hold the parts it speaks of.</source>
        <translation>В ответе нет тех частей, о которых он говорит.</translation>
    </message>
    <message>
        <source>The answer does not say how its parts are separated.</source>
        <translation>Ответ не говорит, чем разделены его части.</translation>
    </message>
    <message>
        <source>The answer ends in the middle of a part.</source>
        <translation>Ответ обрывается посреди части.</translation>
    </message>
    <message>
        <source>The answer has too many parts.</source>
        <translation>В ответе слишком много частей.</translation>
    </message>
    <message>
        <source>The answer is no sound HTTP.</source>
        <translation>Ответ не является правильным HTTP.</translation>
    </message>
    <message>
        <source>The answer is of the type {type}, which was not asked for.</source>
        <translation>Ответ имеет тип {type}, который не запрашивали.</translation>
    </message>
    <message>
        <source>The answer is too large.</source>
        <translation>Ответ слишком велик.</translation>
    </message>
    <message>
        <source>The archive behind the gateway did not answer in time.</source>
        <translation>Архив за шлюзом не ответил вовремя.</translation>
    </message>
    <message>
        <source>The archive behind the gateway did not answer.</source>
        <translation>Архив за шлюзом не ответил.</translation>
    </message>
    <message>
        <source>The archive cannot give it in this form.</source>
        <translation>Архив не может выдать это в таком виде.</translation>
    </message>
    <message>
        <source>The archive did not say what became of the object.</source>
        <translation>Архив не сообщил, что стало с объектом.</translation>
    </message>
    <message>
        <source>The archive did not understand the request.</source>
        <translation>Архив не понял запрос.</translation>
    </message>
    <message>
        <source>The archive does not allow this to this user.</source>
        <translation>Архив не разрешает этого этому пользователю.</translation>
    </message>
    <message>
        <source>The archive does not have this.</source>
        <translation>В архиве этого нет.</translation>
    </message>
    <message>
        <source>The archive does not offer this.</source>
        <translation>Архив этого не предлагает.</translation>
    </message>
    <message>
        <source>The archive does not take this form.</source>
        <translation>Архив не принимает данные в таком виде.</translation>
    </message>
    <message>
        <source>The archive does not take this transfer syntax.</source>
        <translation>Архив не принимает этот синтаксис передачи.</translation>
    </message>
    <message>
        <source>The archive failed.</source>
        <translation>В архиве произошла ошибка.</translation>
    </message>
    <message>
        <source>The archive gave {count} frames where {asked} were asked for.</source>
        <translation>Запрошено кадров: {asked}, архив выдал: {count}.</translation>
    </message>
    <message>
        <source>The archive gives answers without end.</source>
        <translation>Архив отвечает без конца.</translation>
    </message>
    <message>
        <source>The archive has been asked too often.</source>
        <translation>К архиву обращались слишком часто.</translation>
    </message>
    <message>
        <source>The archive is out of service or overloaded.</source>
        <translation>Архив не работает или перегружен.</translation>
    </message>
    <message>
        <source>The archive names an address on another machine; it is not followed.</source>
        <translation>Архив указывает адрес на другом компьютере; переход не выполнен.</translation>
    </message>
    <message>
        <source>The archive names an address that is none.</source>
        <translation>Архив указывает неверный адрес.</translation>
    </message>
    <message>
        <source>The archive no longer has this.</source>
        <translation>В архиве этого больше нет.</translation>
    </message>
    <message>
        <source>The archive packed its answer in a way that was not asked for.</source>
        <translation>Архив сжал ответ способом, которого не просили.</translation>
    </message>
    <message>
        <source>The archive refused.</source>
        <translation>Архив отказал.</translation>
    </message>
    <message>
        <source>The archive sends us elsewhere instead of taking the objects.</source>
        <translation>Архив отсылает по другому адресу, вместо того чтобы принять объекты.</translation>
    </message>
    <message>
        <source>The archive sends us from one address to the next without end.</source>
        <translation>Архив без конца перенаправляет с адреса на адрес.</translation>
    </message>
    <message>
        <source>The archive sends us to an address that is not safe; it was not followed.</source>
        <translation>Архив перенаправляет на небезопасный адрес; переход не выполнен.</translation>
    </message>
    <message>
        <source>The archive sends us to another machine ({host}), perhaps to a login page.</source>
        <translation>Архив перенаправляет на другой компьютер ({host}), возможно на страницу входа.</translation>
    </message>
    <message>
        <source>The archive sends what nobody asked for.</source>
        <translation>Архив присылает то, чего никто не просил.</translation>
    </message>
    <message>
        <source>The archive stored none of it.</source>
        <translation>Архив ничего из этого не сохранил.</translation>
    </message>
    <message>
        <source>The archive waited too long for us.</source>
        <translation>Архив слишком долго нас ждал.</translation>
    </message>
    <message>
        <source>The archive wants to know who asks.</source>
        <translation>Архив хочет знать, кто спрашивает.</translation>
    </message>
    <message>
        <source>The archive's answer is no DICOM JSON.</source>
        <translation>Ответ архива не является DICOM JSON.</translation>
    </message>
    <message>
        <source>The archive's answer is no sound JSON.</source>
        <translation>Ответ архива не является правильным JSON.</translation>
    </message>
    <message>
        <source>The audit trail cannot be read: {reason}.</source>
        <translation>Журнал аудита не читается: {reason}.</translation>
    </message>
    <message>
        <source>The audit trail cannot be written: {reason}.</source>
        <translation>Не удаётся записать журнал аудита: {reason}.</translation>
    </message>
    <message>
        <source>The certificate must name the host</source>
        <translation>Сертификат должен называть хост</translation>
    </message>
    <message>
        <source>The certificate of this node is not checked</source>
        <translation>Сертификат этого узла не проверяется</translation>
    </message>
    <message>
        <source>The colour model {name} cannot be shown.</source>
        <translation>Цветовую модель {name} показать нельзя.</translation>
    </message>
    <message>
        <source>The colour palette is empty.</source>
        <translation>Цветовая палитра пуста.</translation>
    </message>
    <message>
        <source>The colour palette of this image is missing.</source>
        <translation>У этого изображения нет цветовой палитры.</translation>
    </message>
    <message>
        <source>The colour profile of this image is damaged: its colours may be off.</source>
        <translation>Цветовой профиль этого изображения повреждён: цвета могут быть неточными.</translation>
    </message>
    <message>
        <source>The compressed data and the header disagree about colour.</source>
        <translation>Сжатые данные и заголовок противоречат друг другу в том, цветной ли кадр.</translation>
    </message>
    <message>
        <source>The compressed data are damaged: parts of this frame are blank.</source>
        <translation>Сжатые данные повреждены: часть кадра пуста.</translation>
    </message>
    <message>
        <source>The compressed data are damaged: parts of this frame are wrong or blank.</source>
        <translation>Сжатые данные повреждены: часть кадра неверна или пуста.</translation>
    </message>
    <message>
        <source>The compressed data are not closed as they should be.</source>
        <translation>Сжатые данные завершены не так, как положено.</translation>
    </message>
    <message>
        <source>The compressed data are not {name}.</source>
        <translation>Сжатые данные не являются {name}.</translation>
    </message>
    <message>
        <source>The compressed data end too early: parts of this frame may be wrong.</source>
        <translation>Сжатые данные обрываются: часть кадра может быть неверной.</translation>
    </message>
    <message>
        <source>The connection was closed here.</source>
        <translation>Соединение закрыто с нашей стороны.</translation>
    </message>
    <message>
        <source>The connection was lost: {reason}.</source>
        <translation>Соединение потеряно: {reason}.</translation>
    </message>
    <message>
        <source>The data do not match the SOP class or the request.</source>
        <translation>Данные не соответствуют классу SOP или запросу.</translation>
    </message>
    <message>
        <source>The decoded frame is larger than its header says.</source>
        <translation>Распакованный кадр больше, чем указано в заголовке.</translation>
    </message>
    <message>
        <source>The decoder broke down on this frame ({cause}).</source>
        <translation>Декодер аварийно завершился на этом кадре ({cause}).</translation>
    </message>
    <message>
        <source>The deflated data set grows beyond all bounds.</source>
        <translation>Сжатый набор данных при распаковке растёт сверх всякого предела.</translation>
    </message>
    <message>
        <source>The deflated data set grows beyond any real one.</source>
        <translation>Распакованный набор данных больше любого настоящего.</translation>
    </message>
    <message>
        <source>The deflated data set is damaged.</source>
        <translation>Сжатый набор данных (deflate) повреждён.</translation>
    </message>
    <message>
        <source>The deflated header is larger than any real one.</source>
        <translation>Сжатый заголовок больше любого настоящего.</translation>
    </message>
    <message>
        <source>The details hold places in the program, no patient data and no file names.</source>
        <translation>В подробностях только места в программе: ни данных пациента, ни имён файлов.</translation>
    </message>
    <message>
        <source>The disk has no room to unpack this archive.</source>
        <translation>На диске нет места, чтобы распаковать этот архив.</translation>
    </message>
    <message>
        <source>The disk refused the instance.</source>
        <translation>Не удалось записать экземпляр на диск.</translation>
    </message>
    <message>
        <source>The file became shorter while it was sent.</source>
        <translation>Файл стал короче во время отправки.</translation>
    </message>
    <message>
        <source>The file cannot be read.</source>
        <translation>Файл не читается.</translation>
    </message>
    <message>
        <source>The file cannot be read: {reason}.</source>
        <translation>Файл не читается: {reason}.</translation>
    </message>
    <message>
        <source>The file cannot be written: {reason}.</source>
        <translation>Не удаётся записать файл: {reason}.</translation>
    </message>
    <message>
        <source>The file does not say what its values stand for.</source>
        <translation>В файле не сказано, какой величине соответствуют его значения.</translation>
    </message>
    <message>
        <source>The file ends after its first lines; it was cut off.</source>
        <translation>Файл обрывается в самом начале: он обрезан.</translation>
    </message>
    <message>
        <source>The file ends too early; what stands at its end may be incomplete.</source>
        <translation>Файл обрывается; то, что стоит в конце, может быть неполным.</translation>
    </message>
    <message>
        <source>The file has more than {count} elements; the rest is not shown.</source>
        <translation>В файле больше {count} элементов; остальные не показаны.</translation>
    </message>
    <message>
        <source>The file has no SOP Class UID or no SOP Instance UID; no peer could take it.</source>
        <translation>В файле нет SOP Class UID или SOP Instance UID; ни один узел его не примет.</translation>
    </message>
    <message>
        <source>The file has no such element any more.</source>
        <translation>В файле больше нет такого элемента.</translation>
    </message>
    <message>
        <source>The file holds another object now. Open the folder again.</source>
        <translation>Теперь в файле другой объект. Откройте папку заново.</translation>
    </message>
    <message>
        <source>The file holds only zeros.</source>
        <translation>В файле одни нули.</translation>
    </message>
    <message>
        <source>The file is cut off inside its compressed data.</source>
        <translation>Файл обрывается внутри сжатых данных.</translation>
    </message>
    <message>
        <source>The file is damaged: what stands at byte {offset} is no element. What follows is not shown.</source>
        <translation>Файл повреждён: на байте {offset} стоит не элемент. Дальнейшее не показано.</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>Файл пуст.</translation>
    </message>
    <message>
        <source>The file is marked as DICOM, but nothing readable follows; it is damaged or cut off.</source>
        <translation>Файл помечен как DICOM, но дальше ничего не читается: он повреждён или обрезан.</translation>
    </message>
    <message>
        <source>The file is not there any more.</source>
        <translation>Файла больше нет на месте.</translation>
    </message>
    <message>
        <source>The file is not there.</source>
        <translation>Такого файла нет.</translation>
    </message>
    <message>
        <source>The file is not written in the transfer syntax it names.</source>
        <translation>Файл записан не в том синтаксисе передачи, который в нём указан.</translation>
    </message>
    <message>
        <source>The file of this image is not known any more.</source>
        <translation>Файл этого изображения больше не известен.</translation>
    </message>
    <message>
        <source>The file of this object is not known any more.</source>
        <translation>Файл этого объекта больше не известен.</translation>
    </message>
    <message>
        <source>The file says what its values stand for, in more than one way: read the next one under the cursor</source>
        <translation>Файл сопоставляет своим значениям несколько величин: читать под курсором следующую</translation>
    </message>
    <message>
        <source>The file states no window.</source>
        <translation>В файле окно не задано.</translation>
    </message>
    <message>
        <source>The file takes too long to read; only its first {count} elements are shown.</source>
        <translation>Чтение файла занимает слишком много времени; показаны только первые элементы: {count}.</translation>
    </message>
    <message>
        <source>The file was changed while it was being sent.</source>
        <translation>Файл изменился во время отправки.</translation>
    </message>
    <message>
        <source>The file: {path}</source>
        <translation>Файл: {path}</translation>
    </message>
    <message>
        <source>The files stay where they are</source>
        <translation>Файлы остаются на месте</translation>
    </message>
    <message numerus="yes">
        <source>The first %n study(s): there may be more</source>
        <translation><numerusform>Первое %n исследование: может быть больше</numerusform><numerusform>Первые %n исследования: может быть больше</numerusform><numerusform>Первые %n исследований: может быть больше</numerusform></translation>
    </message>
    <message>
        <source>The folder cannot be read: {reason}.</source>
        <translation>Не удаётся прочитать папку: {reason}.</translation>
    </message>
    <message>
        <source>The guide is not installed. Ctrl+/ shows all keys, Ctrl+K finds every command.</source>
        <translation>Руководство не установлено. Ctrl+/ покажет все клавиши, Ctrl+K найдёт любую команду.</translation>
    </message>
    <message>
        <source>The head of a part is too large.</source>
        <translation>Заголовок части слишком велик.</translation>
    </message>
    <message>
        <source>The header does not say how large the image is.</source>
        <translation>В заголовке не указан размер изображения.</translation>
    </message>
    <message>
        <source>The header is larger than any real one.</source>
        <translation>Заголовок больше любого настоящего.</translation>
    </message>
    <message>
        <source>The header speaks of {samples} samples per pixel.</source>
        <translation>В заголовке указано отсчётов на пиксель: {samples}.</translation>
    </message>
    <message>
        <source>The header speaks of {stated} frames; the pixel data of {count} are there.</source>
        <translation>В заголовке указано кадров: {stated}; данные пикселей есть для {count}.</translation>
    </message>
    <message>
        <source>The header speaks of {stated} pixels, the compressed data of {found}.</source>
        <translation>В заголовке указано {stated} пикселей, в сжатых данных — {found}.</translation>
    </message>
    <message>
        <source>The host is missing: a name or an address of the node's machine.</source>
        <translation>Не указан хост: имя или адрес машины узла.</translation>
    </message>
    <message>
        <source>The host name {host} is not known.</source>
        <translation>Имя узла {host} неизвестно.</translation>
    </message>
    <message>
        <source>The image numbers go up and down along the stack.</source>
        <translation>Номера снимков вдоль стопки то растут, то убывают.</translation>
    </message>
    <message>
        <source>The images are numbered against the direction of their positions.</source>
        <translation>Снимки пронумерованы навстречу направлению положений.</translation>
    </message>
    <message>
        <source>The images are shown by position. Programs that sort by number show them jumbled.</source>
        <translation>Снимки показаны по положению. Программы, упорядочивающие по номеру, перемешают их.</translation>
    </message>
    <message>
        <source>The images are shown by position. Programs that sort by number show them the other way round.</source>
        <translation>Снимки показаны по положению. Программы, упорядочивающие по номеру, покажут их в обратном порядке.</translation>
    </message>
    <message>
        <source>The images have {number} different sizes.</source>
        <translation>Снимки разного размера (размеров: {number}).</translation>
    </message>
    <message>
        <source>The instance UID is not valid.</source>
        <translation>UID экземпляра недопустим.</translation>
    </message>
    <message>
        <source>The instance does not belong to its SOP class.</source>
        <translation>Экземпляр не относится к своему классу SOP.</translation>
    </message>
    <message>
        <source>The instance is not the one that was announced.</source>
        <translation>Это не тот экземпляр, который был объявлен.</translation>
    </message>
    <message>
        <source>The instance was refused.</source>
        <translation>Экземпляр отклонён.</translation>
    </message>
    <message>
        <source>The keys 2 to 9 choose the presets of the image's modality, in this order.</source>
        <translation>Клавиши 2–9 выбирают готовые окна модальности изображения, в этом порядке.</translation>
    </message>
    <message>
        <source>The library cannot be opened ({reason}). What you open now is not remembered.</source>
        <translation>Не удаётся открыть библиотеку ({reason}). То, что вы откроете сейчас, не запомнится.</translation>
    </message>
    <message>
        <source>The library cannot be written ({reason}). What you open now is not remembered.</source>
        <translation>В библиотеку нельзя записать ({reason}). То, что вы открываете сейчас, не запомнится.</translation>
    </message>
    <message>
        <source>The library cannot be written: {reason}. What was found after that is not in it.</source>
        <translation>Не удаётся записать библиотеку: {reason}. Найденное после этого в неё не попало.</translation>
    </message>
    <message>
        <source>The library could not be asked.</source>
        <translation>Не удалось обратиться к библиотеке.</translation>
    </message>
    <message>
        <source>The library is empty</source>
        <translation>Библиотека пуста</translation>
    </message>
    <message>
        <source>The library refused the instance.</source>
        <translation>Библиотека не приняла экземпляр.</translation>
    </message>
    <message>
        <source>The library that decodes this image (imagecodecs) cannot be loaded.</source>
        <translation>Не удаётся загрузить библиотеку, которая распаковывает это изображение (imagecodecs).</translation>
    </message>
    <message>
        <source>The library was damaged.</source>
        <translation>Библиотека была повреждена.</translation>
    </message>
    <message>
        <source>The library was lost.</source>
        <translation>Библиотека пропала.</translation>
    </message>
    <message>
        <source>The library was written by a newer version of this program and is left as it is. What you open now is not remembered.</source>
        <translation>Библиотека записана более новой версией программы и оставлена как есть. То, что вы откроете сейчас, не запомнится.</translation>
    </message>
    <message>
        <source>The line does not follow the one before it.</source>
        <translation>Строка не продолжает предыдущую.</translation>
    </message>
    <message>
        <source>The line has no signature, though earlier ones have.</source>
        <translation>Строка без подписи, хотя более ранние подписаны.</translation>
    </message>
    <message>
        <source>The line is here twice, or was moved.</source>
        <translation>Строка повторена или переставлена.</translation>
    </message>
    <message>
        <source>The line was changed, or cannot be checked without its key.</source>
        <translation>Строка изменена, или её нельзя проверить без ключа.</translation>
    </message>
    <message>
        <source>The list cannot be read: {reason}.</source>
        <translation>Список не читается: {reason}.</translation>
    </message>
    <message>
        <source>The list cannot be written: {reason}.</source>
        <translation>Список не записывается: {reason}.</translation>
    </message>
    <message>
        <source>The list has no archive named {name}.</source>
        <translation>В списке нет архива с именем {name}.</translation>
    </message>
    <message>
        <source>The list has no node named {name}.</source>
        <translation>В списке нет узла с именем {name}.</translation>
    </message>
    <message>
        <source>The list of archives is shown by: negatoscope archives list</source>
        <translation>Список архивов показывает команда: negatoscope archives list</translation>
    </message>
    <message>
        <source>The list of nodes is shown by: negatoscope nodes list</source>
        <translation>Список узлов показывает команда: negatoscope nodes list</translation>
    </message>
    <message>
        <source>The list was written: {count} nodes.</source>
        <translation>Список записан, узлов: {count}.</translation>
    </message>
    <message>
        <source>The listener is being started</source>
        <translation>Приём запускается</translation>
    </message>
    <message>
        <source>The listener is off: other nodes cannot send to this workstation</source>
        <translation>Приём выключен: другие узлы не могут отправлять на эту станцию</translation>
    </message>
    <message>
        <source>The login was refused or broken off.</source>
        <translation>Во входе отказано, или он прерван.</translation>
    </message>
    <message>
        <source>The name {name} is taken by another node.</source>
        <translation>Имя {name} уже занято другим узлом.</translation>
    </message>
    <message>
        <source>The network part of the program ended unexpectedly.</source>
        <translation>Сетевая часть программы неожиданно завершилась.</translation>
    </message>
    <message>
        <source>The node answers for all {count} objects.</source>
        <translation>Узел подтвердил хранение всех объектов: {count}.</translation>
    </message>
    <message>
        <source>The node answers for {count} of {total} objects.</source>
        <translation>Узел подтвердил хранение объектов: {count} из {total}.</translation>
    </message>
    <message>
        <source>The node answers.</source>
        <translation>Узел отвечает.</translation>
    </message>
    <message>
        <source>The node does not answer for the objects: {reason}</source>
        <translation>Узел не подтверждает хранение объектов: {reason}</translation>
    </message>
    <message>
        <source>The node has nothing that matches.</source>
        <translation>На узле нет ничего подходящего.</translation>
    </message>
    <message>
        <source>The object cannot be re-encoded for this peer; something in it is damaged.</source>
        <translation>Объект нельзя перекодировать для этого узла: в нём что-то повреждено.</translation>
    </message>
    <message>
        <source>The object has fewer frames than it says.</source>
        <translation>В объекте меньше кадров, чем в нём указано.</translation>
    </message>
    <message>
        <source>The pages of this document are not drawn yet.</source>
        <translation>Страницы этого документа пока не отображаются.</translation>
    </message>
    <message>
        <source>The parts of the answer are malformed.</source>
        <translation>Части ответа оформлены неверно.</translation>
    </message>
    <message>
        <source>The password or token for {node} is not known.</source>
        <translation>Пароль или маркер для {node} неизвестен.</translation>
    </message>
    <message>
        <source>The password was wrong</source>
        <translation>Пароль не подошёл</translation>
    </message>
    <message>
        <source>The patient on screen has no ID to search for.</source>
        <translation>У пациента на экране нет ID для поиска.</translation>
    </message>
    <message>
        <source>The peer announced a message of a kind or size that is not allowed.</source>
        <translation>Узел объявил сообщение недопустимого вида или размера.</translation>
    </message>
    <message>
        <source>The peer answered something else than was asked.</source>
        <translation>Узел ответил не на тот запрос.</translation>
    </message>
    <message>
        <source>The peer answered with an unknown status.</source>
        <translation>Узел ответил неизвестным кодом состояния.</translation>
    </message>
    <message>
        <source>The peer asked for too much at once.</source>
        <translation>Узел запросил слишком много сразу.</translation>
    </message>
    <message>
        <source>The peer broke off ({origin}/{reason}).</source>
        <translation>Узел оборвал ассоциацию ({origin}/{reason}).</translation>
    </message>
    <message>
        <source>The peer closed the connection while it was being secured; it may not speak TLS.</source>
        <translation>Узел закрыл соединение при установке защиты; возможно, он не поддерживает TLS.</translation>
    </message>
    <message>
        <source>The peer closed the connection.</source>
        <translation>Узел закрыл соединение.</translation>
    </message>
    <message>
        <source>The peer closed the secured connection at once.</source>
        <translation>Узел сразу закрыл защищённое соединение.</translation>
    </message>
    <message>
        <source>The peer could not process it.</source>
        <translation>Узел не смог это обработать.</translation>
    </message>
    <message>
        <source>The peer could not send some of the instances.</source>
        <translation>Узел не смог отправить часть экземпляров.</translation>
    </message>
    <message>
        <source>The peer could not understand or process it.</source>
        <translation>Узел не смог понять или обработать запрос.</translation>
    </message>
    <message>
        <source>The peer did not accept our certificate: {reason}.</source>
        <translation>Узел не принял наш сертификат: {reason}.</translation>
    </message>
    <message>
        <source>The peer did not answer in time.</source>
        <translation>Узел не ответил вовремя.</translation>
    </message>
    <message>
        <source>The peer does not allow it.</source>
        <translation>Узел этого не разрешает.</translation>
    </message>
    <message>
        <source>The peer does not have this instance.</source>
        <translation>На узле нет этого экземпляра.</translation>
    </message>
    <message>
        <source>The peer does not know the destination of the move.</source>
        <translation>Узел не знает получателя C-MOVE.</translation>
    </message>
    <message>
        <source>The peer does not know this action.</source>
        <translation>Узел не знает этого действия.</translation>
    </message>
    <message>
        <source>The peer does not offer fuzzy matching of names.</source>
        <translation>Узел не поддерживает нечёткий поиск по именам.</translation>
    </message>
    <message>
        <source>The peer does not offer relational queries.</source>
        <translation>Узел не поддерживает реляционные запросы.</translation>
    </message>
    <message>
        <source>The peer does not offer this service.</source>
        <translation>Узел не предоставляет эту службу.</translation>
    </message>
    <message>
        <source>The peer does not support this SOP class.</source>
        <translation>Узел не поддерживает этот класс SOP.</translation>
    </message>
    <message>
        <source>The peer does not support this operation.</source>
        <translation>Узел не поддерживает эту операцию.</translation>
    </message>
    <message>
        <source>The peer does not take objects of the class {name}.</source>
        <translation>Узел не принимает объекты класса {name}.</translation>
    </message>
    <message>
        <source>The peer found a mistake in the request.</source>
        <translation>Узел нашёл ошибку в запросе.</translation>
    </message>
    <message>
        <source>The peer has this instance already.</source>
        <translation>Этот экземпляр уже есть на узле.</translation>
    </message>
    <message>
        <source>The peer is out of resources (often: its disk is full).</source>
        <translation>У узла закончились ресурсы (часто — место на диске).</translation>
    </message>
    <message>
        <source>The peer is out of resources: it cannot count the matches.</source>
        <translation>У узла закончились ресурсы: он не может подсчитать совпадения.</translation>
    </message>
    <message>
        <source>The peer released the association in the middle of a message.</source>
        <translation>Узел завершил ассоциацию посреди сообщения.</translation>
    </message>
    <message>
        <source>The peer released the association instead of answering.</source>
        <translation>Узел завершил ассоциацию, не ответив.</translation>
    </message>
    <message>
        <source>The peer saw this message before.</source>
        <translation>Узел уже получал это сообщение.</translation>
    </message>
    <message>
        <source>The peer says: {text}</source>
        <translation>Узел сообщает: {text}</translation>
    </message>
    <message>
        <source>The peer sent a command that is too large.</source>
        <translation>Узел прислал слишком большую команду.</translation>
    </message>
    <message>
        <source>The peer sent a command where data were due.</source>
        <translation>Узел прислал команду вместо данных.</translation>
    </message>
    <message>
        <source>The peer sent an identifier that is too large.</source>
        <translation>Узел прислал слишком большой идентификатор.</translation>
    </message>
    <message>
        <source>The peer sent an object that is too large.</source>
        <translation>Узел прислал слишком большой объект.</translation>
    </message>
    <message>
        <source>The peer sent data where a command was due.</source>
        <translation>Узел прислал данные вместо команды.</translation>
    </message>
    <message>
        <source>The peer sent something that does not belong here.</source>
        <translation>Узел прислал неуместное сообщение.</translation>
    </message>
    <message>
        <source>The peer stopped taking data.</source>
        <translation>Узел перестал принимать данные.</translation>
    </message>
    <message>
        <source>The peer used a presentation context that was not agreed on.</source>
        <translation>Узел использовал несогласованный контекст представления.</translation>
    </message>
    <message>
        <source>The peer wants to see a certificate of ours.</source>
        <translation>Узел требует наш сертификат.</translation>
    </message>
    <message>
        <source>The peer's DIMSE message is malformed.</source>
        <translation>Сообщение DIMSE узла составлено неверно.</translation>
    </message>
    <message>
        <source>The peer's answer to the association request is too large.</source>
        <translation>Ответ узла на запрос ассоциации слишком велик.</translation>
    </message>
    <message>
        <source>The peer's association message is malformed.</source>
        <translation>Сообщение об ассоциации от узла составлено неверно.</translation>
    </message>
    <message>
        <source>The peer's certificate has expired.</source>
        <translation>Срок действия сертификата узла истёк.</translation>
    </message>
    <message>
        <source>The peer's certificate is made out to another machine.</source>
        <translation>Сертификат узла выдан другой машине.</translation>
    </message>
    <message>
        <source>The peer's certificate is not from an authority that is trusted here.</source>
        <translation>Сертификат узла выдан центром, которому здесь не доверяют.</translation>
    </message>
    <message>
        <source>The peer's certificate is not valid yet.</source>
        <translation>Сертификат узла ещё не действует.</translation>
    </message>
    <message>
        <source>The peer's certificate was not accepted: {reason}.</source>
        <translation>Сертификат узла не принят: {reason}.</translation>
    </message>
    <message>
        <source>The peer's data message is malformed.</source>
        <translation>Сообщение с данными от узла составлено неверно.</translation>
    </message>
    <message>
        <source>The peer's identifier is malformed.</source>
        <translation>Идентификатор от узла составлен неверно.</translation>
    </message>
    <message>
        <source>The peer's media type is malformed.</source>
        <translation>Тип данных от собеседника оформлен неверно.</translation>
    </message>
    <message>
        <source>The pixel data are compressed ({name}), though the file says they are not.</source>
        <translation>Данные пикселей сжаты ({name}), хотя в файле указано, что нет.</translation>
    </message>
    <message>
        <source>The pixel data are cut off: the rest of this frame is blank.</source>
        <translation>Данные пикселей обрезаны: остаток кадра пуст.</translation>
    </message>
    <message>
        <source>The pixel data are missing: the file ends before them.</source>
        <translation>Данных пикселей нет: файл обрывается перед ними.</translation>
    </message>
    <message>
        <source>The pixel data are missing: this is only the header of an image.</source>
        <translation>Данных пикселей нет: это только заголовок изображения.</translation>
    </message>
    <message>
        <source>The pixel data are not compressed, though the file says so.</source>
        <translation>Данные пикселей не сжаты, хотя в файле указано, что сжаты.</translation>
    </message>
    <message>
        <source>The pixel data have too many fragments to count.</source>
        <translation>В данных изображения слишком много фрагментов.</translation>
    </message>
    <message>
        <source>The pixel data of this frame are missing.</source>
        <translation>Данных пикселей этого кадра нет.</translation>
    </message>
    <message>
        <source>The pixel spacing differs from image to image ({number} values).</source>
        <translation>Размер пикселя различается от снимка к снимку (значений: {number}).</translation>
    </message>
    <message>
        <source>The pixels of this image are on a server (JPIP), not in the file.</source>
        <translation>Пиксели этого изображения находятся на сервере (JPIP), а не в файле.</translation>
    </message>
    <message>
        <source>The preset {name} is for {modality} images.</source>
        <translation>Окно «{name}» — для изображений {modality}.</translation>
    </message>
    <message>
        <source>The process that decodes compressed images cannot be started.</source>
        <translation>Не удаётся запустить процесс, распаковывающий сжатые изображения.</translation>
    </message>
    <message>
        <source>The program ended unexpectedly last time</source>
        <translation>В прошлый раз программа завершилась аварийно</translation>
    </message>
    <message>
        <source>The program ended unexpectedly last time.</source>
        <translation>В прошлый раз программа завершилась аварийно.</translation>
    </message>
    <message>
        <source>The program is being closed.</source>
        <translation>Программа закрывается.</translation>
    </message>
    <message>
        <source>The proxy that is set for this system cannot be used.</source>
        <translation>Прокси, заданный в системе, использовать нельзя.</translation>
    </message>
    <message>
        <source>The proxy wants to know who asks.</source>
        <translation>Прокси хочет знать, кто спрашивает.</translation>
    </message>
    <message>
        <source>The question is too long for the archive.</source>
        <translation>Запрос слишком длинный для архива.</translation>
    </message>
    <message>
        <source>The queue of jobs cannot be opened.</source>
        <translation>Не удаётся открыть очередь заданий.</translation>
    </message>
    <message>
        <source>The queue of jobs cannot be read.</source>
        <translation>Не удаётся прочитать очередь заданий.</translation>
    </message>
    <message>
        <source>The queue of jobs cannot be written.</source>
        <translation>Не удаётся записать в очередь заданий.</translation>
    </message>
    <message>
        <source>The request cannot be written.</source>
        <translation>Запрос невозможно составить.</translation>
    </message>
    <message>
        <source>The routing rules cannot be read: {reason}.</source>
        <translation>Не удаётся прочитать правила пересылки: {reason}.</translation>
    </message>
    <message>
        <source>The routing rules cannot be written: {reason}.</source>
        <translation>Правила пересылки не записываются: {reason}.</translation>
    </message>
    <message>
        <source>The sample study is not installed.</source>
        <translation>Пример исследования не установлен.</translation>
    </message>
    <message>
        <source>The scan broke off: {reason}.</source>
        <translation>Просмотр папок прервался: {reason}.</translation>
    </message>
    <message>
        <source>The segmented colour palette is damaged.</source>
        <translation>Сегментированная цветовая палитра повреждена.</translation>
    </message>
    <message>
        <source>The settings could not be written: {path}</source>
        <translation>Не удалось записать настройки: {path}</translation>
    </message>
    <message>
        <source>The settings file was damaged. The program starts with its own settings; the old file is kept.</source>
        <translation>Файл настроек был повреждён. Действуют настройки по умолчанию; старый файл сохранён.</translation>
    </message>
    <message>
        <source>The settings of the audit trail cannot be written: {reason}.</source>
        <translation>Настройки журнала аудита не удаётся записать: {reason}.</translation>
    </message>
    <message>
        <source>The slices are shifted against each other by {degrees}° (gantry tilt).</source>
        <translation>Срезы сдвинуты относительно друг друга на {degrees}° (наклон гентри).</translation>
    </message>
    <message>
        <source>The slices are unevenly spaced: {low} to {high} mm.</source>
        <translation>Расстояние между срезами неравномерно: от {low} до {high} мм.</translation>
    </message>
    <message>
        <source>The slices belong to {number} frames of reference.</source>
        <translation>Срезы относятся к разным системам координат (их {number}).</translation>
    </message>
    <message>
        <source>The slices lie in {number} different orientations.</source>
        <translation>Срезы лежат в разных ориентациях (их {number}).</translation>
    </message>
    <message>
        <source>The study was closed. It is still in the library.</source>
        <translation>Исследование закрыто. Оно остаётся в библиотеке.</translation>
    </message>
    <message>
        <source>The study was taken out of the library. Its files are where they were.</source>
        <translation>Исследование убрано из библиотеки. Файлы остались на месте.</translation>
    </message>
    <message>
        <source>The tags of the image on screen are shown here.</source>
        <translation>Здесь показаны теги изображения на экране.</translation>
    </message>
    <message>
        <source>The token has signs that no token has.</source>
        <translation>В токене есть знаки, которых в токенах не бывает.</translation>
    </message>
    <message>
        <source>The user name is missing.</source>
        <translation>Не указано имя пользователя.</translation>
    </message>
    <message>
        <source>The value is empty.</source>
        <translation>Значение пустое.</translation>
    </message>
    <message>
        <source>The value of {key} is too long.</source>
        <translation>Значение {key} слишком длинное.</translation>
    </message>
    <message>
        <source>Their positions cannot be compared: the patient may have moved between them.</source>
        <translation>Их положения нельзя сравнивать: пациент мог сдвинуться между ними.</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Тема</translation>
    </message>
    <message>
        <source>There is no archive to search yet. Your PACS administrator knows its AE title, host and port.</source>
        <translation>Пока нет архива для поиска. Его имя AE, хост и порт знает администратор PACS.</translation>
    </message>
    <message>
        <source>There is no frame {number}: the file has {count}.</source>
        <translation>Кадра {number} нет: всего кадров в файле: {count}.</translation>
    </message>
    <message>
        <source>There is no frame {number}: the video has {count}.</source>
        <translation>Кадра {number} нет: в видео их {count}.</translation>
    </message>
    <message>
        <source>There is no node to send to yet. Add one under Nodes.</source>
        <translation>Пока нет узла, на который отправлять. Добавьте его в разделе «Узлы».</translation>
    </message>
    <message>
        <source>There is no {name} in this file, but {names}.</source>
        <translation>В этом файле нет величины {name}, есть {names}.</translation>
    </message>
    <message>
        <source>There is not enough memory to decode this frame.</source>
        <translation>Не хватает памяти, чтобы декодировать этот кадр.</translation>
    </message>
    <message>
        <source>There is not enough memory to re-encode this object.</source>
        <translation>Не хватает памяти, чтобы перекодировать этот объект.</translation>
    </message>
    <message>
        <source>There is nothing at this place of the file.</source>
        <translation>В этом месте файла ничего нет.</translation>
    </message>
    <message>
        <source>There is nothing to send: the files are not here.</source>
        <translation>Отправлять нечего: файлов здесь нет.</translation>
    </message>
    <message>
        <source>These are no routing rules, or they are damaged.</source>
        <translation>Это не правила пересылки, или они повреждены.</translation>
    </message>
    <message>
        <source>They are sorted by number; they cannot be part of a volume, and have no orientation letters.</source>
        <translation>Они упорядочены по номеру; в объём они не войдут, и букв ориентации у них нет.</translation>
    </message>
    <message>
        <source>They make no volume; distances from slice to slice mean nothing.</source>
        <translation>Объёма из них не получится; расстояния между срезами не имеют смысла.</translation>
    </message>
    <message>
        <source>They make no volume; the same place on two of them is another point of the body.</source>
        <translation>Объёма из них не получится; одно и то же место на двух снимках — разные точки тела.</translation>
    </message>
    <message>
        <source>This DICOMDIR cannot be understood.</source>
        <translation>Этот DICOMDIR не удаётся понять.</translation>
    </message>
    <message>
        <source>This DICOMDIR is larger than any real one.</source>
        <translation>Этот DICOMDIR больше любого настоящего.</translation>
    </message>
    <message>
        <source>This DICOMDIR names no file.</source>
        <translation>Этот DICOMDIR не называет ни одного файла.</translation>
    </message>
    <message>
        <source>This RLE frame has {count} byte planes where {wanted} are needed.</source>
        <translation>В этом кадре RLE {count} байтовых плоскостей вместо {wanted}.</translation>
    </message>
    <message>
        <source>This archive asks for no password.</source>
        <translation>Этот архив не спрашивает пароль.</translation>
    </message>
    <message>
        <source>This archive holds more than can be sound: it is refused.</source>
        <translation>В этом архиве больше данных, чем бывает в исправном; он отклонён.</translation>
    </message>
    <message>
        <source>This archive is locked</source>
        <translation>Архив под паролем</translation>
    </message>
    <message>
        <source>This archive is locked with a password.</source>
        <translation>Этот архив закрыт паролем.</translation>
    </message>
    <message>
        <source>This came out of the archive {name}, which could not be unpacked again.</source>
        <translation>Это было в архиве {name}, который не удалось распаковать снова.</translation>
    </message>
    <message>
        <source>This certificate or key cannot be used: {path}.</source>
        <translation>Этот сертификат или ключ не подходит: {path}.</translation>
    </message>
    <message>
        <source>This computer has no address {address}.</source>
        <translation>У этого компьютера нет адреса {address}.</translation>
    </message>
    <message>
        <source>This file cannot be read: {reason}.</source>
        <translation>Не удаётся прочитать этот файл: {reason}.</translation>
    </message>
    <message>
        <source>This file has very many sequences: only the first are open.</source>
        <translation>В этом файле очень много последовательностей: раскрыты только первые.</translation>
    </message>
    <message>
        <source>This frame is damaged: it cannot be decoded as {name}.</source>
        <translation>Кадр повреждён: он не декодируется как {name}.</translation>
    </message>
    <message>
        <source>This frame is damaged: it cannot be decoded.</source>
        <translation>Кадр повреждён: распаковать его нельзя.</translation>
    </message>
    <message>
        <source>This frame is smaller than the header says: {found} pixels.</source>
        <translation>Этот кадр меньше, чем указано в заголовке: {found} пикселей.</translation>
    </message>
    <message>
        <source>This image cannot be shown ({fault}).</source>
        <translation>Это изображение показать нельзя ({fault}).</translation>
    </message>
    <message>
        <source>This image cannot be shown.</source>
        <translation>Это изображение нельзя показать.</translation>
    </message>
    <message>
        <source>This is a FITS image, not DICOM.</source>
        <translation>Это изображение FITS, а не DICOM.</translation>
    </message>
    <message>
        <source>This is a NIfTI or Analyze volume, not DICOM.</source>
        <translation>Это объём NIfTI или Analyze, а не DICOM.</translation>
    </message>
    <message>
        <source>This is a NIfTI volume, not DICOM.</source>
        <translation>Это объём NIfTI, а не DICOM.</translation>
    </message>
    <message>
        <source>This is a NumPy array, not DICOM.</source>
        <translation>Это массив NumPy, а не DICOM.</translation>
    </message>
    <message>
        <source>This is a PDF document, not DICOM.</source>
        <translation>Это документ PDF, а не DICOM.</translation>
    </message>
    <message>
        <source>This is a database that is in use.</source>
        <translation>Это база данных, которой сейчас пользуются.</translation>
    </message>
    <message>
        <source>This is a database, not DICOM.</source>
        <translation>Это база данных, а не DICOM.</translation>
    </message>
    <message>
        <source>This is a disc image. Mount it and open the folder.</source>
        <translation>Это образ диска. Подключите его и откройте папку.</translation>
    </message>
    <message>
        <source>This is a folder, not a file.</source>
        <translation>Это папка, а не файл.</translation>
    </message>
    <message>
        <source>This is a link to another folder; links to folders are not followed. Open that folder itself.</source>
        <translation>Это ссылка на другую папку; по ссылкам на папки программа не переходит. Откройте саму папку.</translation>
    </message>
    <message>
        <source>This is a program, not DICOM.</source>
        <translation>Это программа, а не DICOM.</translation>
    </message>
    <message>
        <source>This is a text file, not DICOM.</source>
        <translation>Это текстовый файл, а не DICOM.</translation>
    </message>
    <message>
        <source>This is a video ({name}), and the library that plays videos is not installed.</source>
        <translation>Это видео ({name}), а библиотека для его воспроизведения не установлена.</translation>
    </message>
    <message>
        <source>This is a zip archive.</source>
        <translation>Это архив zip.</translation>
    </message>
    <message>
        <source>This is an HDF5 file, not DICOM.</source>
        <translation>Это файл HDF5, а не DICOM.</translation>
    </message>
    <message>
        <source>This is an NRRD volume, not DICOM.</source>
        <translation>Это объём NRRD, а не DICOM.</translation>
    </message>
    <message>
        <source>This is an archive that cannot be opened here; only zip archives can. Unpack it and open the folder.</source>
        <translation>Этот архив здесь не открывается: поддерживается только zip. Распакуйте его и откройте папку.</translation>
    </message>
    <message>
        <source>This is an office document, not DICOM.</source>
        <translation>Это офисный документ, а не DICOM.</translation>
    </message>
    <message>
        <source>This is an ordinary picture, not DICOM.</source>
        <translation>Это обычная картинка, а не DICOM.</translation>
    </message>
    <message>
        <source>This is an ordinary video, not DICOM.</source>
        <translation>Это обычное видео, а не DICOM.</translation>
    </message>
    <message>
        <source>This is asked of one instance; name study, series and instance.</source>
        <translation>Это запрашивают у одного экземпляра; укажите исследование, серию и экземпляр.</translation>
    </message>
    <message>
        <source>This is no list of nodes or archives, or it is damaged.</source>
        <translation>Это не список узлов или архивов, либо он повреждён.</translation>
    </message>
    <message>
        <source>This is not DICOM: neither the DICM mark nor a DICOM data set was found.</source>
        <translation>Это не DICOM: нет ни метки DICM, ни набора данных DICOM.</translation>
    </message>
    <message>
        <source>This is not a regular file.</source>
        <translation>Это не обычный файл.</translation>
    </message>
    <message>
        <source>This is the first series.</source>
        <translation>Это первая серия.</translation>
    </message>
    <message>
        <source>This is the first study.</source>
        <translation>Это первое исследование.</translation>
    </message>
    <message>
        <source>This is the last series.</source>
        <translation>Это последняя серия.</translation>
    </message>
    <message>
        <source>This is the last study.</source>
        <translation>Это последнее исследование.</translation>
    </message>
    <message>
        <source>This is too large for the archive.</source>
        <translation>Это слишком велико для архива.</translation>
    </message>
    <message>
        <source>This link leads nowhere.</source>
        <translation>Эта ссылка никуда не ведёт.</translation>
    </message>
    <message>
        <source>This machine only</source>
        <translation>Только с этой машины</translation>
    </message>
    <message>
        <source>This member is compressed in a way that cannot be read here.</source>
        <translation>Этот файл сжат способом, который здесь не читается.</translation>
    </message>
    <message>
        <source>This member of the archive is damaged.</source>
        <translation>Этот файл в архиве повреждён.</translation>
    </message>
    <message>
        <source>This names no study, series or instance.</source>
        <translation>Это не указывает ни исследования, ни серии, ни экземпляра.</translation>
    </message>
    <message>
        <source>This object has no picture.</source>
        <translation>У этого объекта нет изображения.</translation>
    </message>
    <message>
        <source>This object is built in a way that cannot be read.</source>
        <translation>Этот объект устроен так, что прочесть его нельзя.</translation>
    </message>
    <message>
        <source>This place of the video takes long to reach. Play towards it.</source>
        <translation>До этого места видео долго добираться. Проиграйте видео до него.</translation>
    </message>
    <message>
        <source>This report is not complete.</source>
        <translation>Этот отчёт не закончен.</translation>
    </message>
    <message>
        <source>This report was not verified.</source>
        <translation>Этот отчёт не подтверждён.</translation>
    </message>
    <message>
        <source>This session</source>
        <translation>Этот сеанс</translation>
    </message>
    <message>
        <source>This system has no key store: who may write the file can make a chain of his own.</source>
        <translation>В этой системе нет хранилища ключей: кто может писать в файл, может составить свою цепочку.</translation>
    </message>
    <message>
        <source>This system has no key store; the password is asked for each time.</source>
        <translation>В этой системе нет хранилища ключей; пароль спрашивается каждый раз.</translation>
    </message>
    <message>
        <source>This trace was left. It helps the authors to find the cause.</source>
        <translation>Остался этот след. Он поможет авторам найти причину.</translation>
    </message>
    <message>
        <source>This video is damaged: it cannot be decoded as {name}.</source>
        <translation>Видео повреждено: его нельзя раскодировать как {name}.</translation>
    </message>
    <message>
        <source>This workstation</source>
        <translation>Эта станция</translation>
    </message>
    <message>
        <source>This zip archive cannot be read: {reason}.</source>
        <translation>Не удаётся прочитать этот архив ZIP: {reason}.</translation>
    </message>
    <message>
        <source>This zip archive is damaged: {reason}.</source>
        <translation>Этот архив ZIP повреждён: {reason}.</translation>
    </message>
    <message>
        <source>This zip archive is empty.</source>
        <translation>Этот архив zip пуст.</translation>
    </message>
    <message>
        <source>This zip archive is encrypted with AES; that needs the package pyzipper, which is not installed.</source>
        <translation>Этот архив ZIP зашифрован методом AES; для него нужен пакет pyzipper, а он не установлен.</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Время</translation>
    </message>
    <message>
        <source>Time slice</source>
        <translation>Временной срез</translation>
    </message>
    <message>
        <source>Time slot</source>
        <translation>Временной интервал</translation>
    </message>
    <message>
        <source>To</source>
        <translation>По</translation>
    </message>
    <message>
        <source>To agree</source>
        <translation>На согласование</translation>
    </message>
    <message>
        <source>To connect</source>
        <translation>На соединение</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Сегодня</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Токен</translation>
    </message>
    <message>
        <source>Tool in use</source>
        <translation>Выбранный инструмент</translation>
    </message>
    <message>
        <source>Transfer syntax</source>
        <translation>Синтаксис передачи</translation>
    </message>
    <message>
        <source>Transfer syntaxes</source>
        <translation>Синтаксисы передачи</translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation>Передачи</translation>
    </message>
    <message numerus="yes">
        <source>Transfers, %n under way</source>
        <translation><numerusform>Передачи, идёт %n</numerusform><numerusform>Передачи, идут %n</numerusform><numerusform>Передачи, идут %n</numerusform></translation>
    </message>
    <message>
        <source>Trigger delay</source>
        <translation>Задержка от триггера</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Повторить</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Попробуйте позже.</translation>
    </message>
    <message>
        <source>Try again later; if it stays so, its log says why.</source>
        <translation>Попробуйте позже; если не пройдёт, причина записана в его журнале.</translation>
    </message>
    <message>
        <source>Try again, and log in on the page that the browser shows.</source>
        <translation>Повторите и войдите на странице, которую покажет браузер.</translation>
    </message>
    <message>
        <source>UIDs of the only compressed ones it may be offered</source>
        <translation>UID единственных сжатых, которые можно ему предлагать</translation>
    </message>
    <message>
        <source>Uncompressed, this object would be too large to send.</source>
        <translation>В несжатом виде этот объект слишком велик для отправки.</translation>
    </message>
    <message>
        <source>Under way.</source>
        <translation>Выполняется.</translation>
    </message>
    <message>
        <source>Under way; the peer does not support some of the keys.</source>
        <translation>Выполняется; часть ключей узел не поддерживает.</translation>
    </message>
    <message>
        <source>Understood</source>
        <translation>Понятно</translation>
    </message>
    <message>
        <source>Unpacking was cancelled.</source>
        <translation>Распаковка отменена.</translation>
    </message>
    <message>
        <source>Unpacking {name} again …</source>
        <translation>Архив {name} распаковывается снова …</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Вверх</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Применить</translation>
    </message>
    <message>
        <source>User and password are shown to the archive alone.</source>
        <translation>Имя и пароль показывают только самому архиву.</translation>
    </message>
    <message>
        <source>User guide</source>
        <translation>Руководство</translation>
    </message>
    <message>
        <source>User identity</source>
        <translation>Пользователь</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Имя пользователя</translation>
    </message>
    <message>
        <source>User name and password</source>
        <translation>Имя пользователя и пароль</translation>
    </message>
    <message>
        <source>User name or password may be wrong.</source>
        <translation>Возможно, неверны имя пользователя или пароль.</translation>
    </message>
    <message>
        <source>Usual keys</source>
        <translation>Обычные клавиши</translation>
    </message>
    <message>
        <source>VOI LUT {name}</source>
        <translation>VOI LUT {name}</translation>
    </message>
    <message>
        <source>VR</source>
        <translation>VR</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Значение</translation>
    </message>
    <message>
        <source>Viewport {number}: {label}</source>
        <translation>Область просмотра {number}: {label}</translation>
    </message>
    <message>
        <source>W {width} L {center}</source>
        <translation>W {width} L {center}</translation>
    </message>
    <message>
        <source>What is changed here holds at once.</source>
        <translation>Что здесь изменено, действует сразу.</translation>
    </message>
    <message>
        <source>What is known of the series on screen is shown here.</source>
        <translation>Здесь показано, что известно о серии на экране.</translation>
    </message>
    <message>
        <source>What is received goes on to the nodes of every rule that matches it. Conditions are DICOM keywords with values, for example Modality=CT; StudyDescription=*head*. An empty field matches anything.</source>
        <translation>Полученное уходит дальше на узлы каждого подходящего правила. Условия — ключевые слова DICOM со значениями, например Modality=CT; StudyDescription=*head*. Пустое поле подходит ко всему.</translation>
    </message>
    <message>
        <source>What it offers</source>
        <translation>Что она предлагает</translation>
    </message>
    <message>
        <source>What lies between two slices is made up in reformats and 3D.</source>
        <translation>То, что лежит между срезами, в реконструкциях и 3D додумано.</translation>
    </message>
    <message>
        <source>What the nodes have</source>
        <translation>Что есть на узлах</translation>
    </message>
    <message>
        <source>What the provider is asked for, with spaces between</source>
        <translation>Что запрашивается у поставщика, через пробел</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Что делать</translation>
    </message>
    <message>
        <source>What was agreed, sent, received and refused. No names of patients are in it.</source>
        <translation>Что согласовано, отправлено, получено и отклонено. Имён пациентов здесь нет.</translation>
    </message>
    <message>
        <source>What was opened since the program started</source>
        <translation>Открытое с момента запуска программы</translation>
    </message>
    <message>
        <source>What you open is listed here, also next time.</source>
        <translation>Здесь видно всё открытое, и в следующий раз тоже.</translation>
    </message>
    <message>
        <source>What you were doing may not have worked. The program goes on; your files were not changed.</source>
        <translation>Возможно, последнее действие не выполнено. Программа продолжает работу; ваши файлы не изменены.</translation>
    </message>
    <message>
        <source>What your PACS administrator needs to enter</source>
        <translation>Что нужно ввести администратору PACS</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>Колесо</translation>
    </message>
    <message>
        <source>Who may call</source>
        <translation>Кто может вызывать</translation>
    </message>
    <message>
        <source>Who received, sent and asked for which study is written down, each line chained to the one before it. Only numbers of studies are written, no names of patients.</source>
        <translation>Записывается, кто какое исследование получил, отправил и запросил; каждая строка связана с предыдущей. Пишутся только номера исследований, без имён пациентов.</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>Ширина</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Окно</translation>
    </message>
    <message>
        <source>Window finer, coarser</source>
        <translation>Окно точнее, грубее</translation>
    </message>
    <message>
        <source>Window in any tool</source>
        <translation>Окно при любом инструменте</translation>
    </message>
    <message>
        <source>Window of the file</source>
        <translation>Окно из файла</translation>
    </message>
    <message>
        <source>Window of the file: {name} ({number} of {count})</source>
        <translation>Окно из файла: {name} ({number} из {count})</translation>
    </message>
    <message>
        <source>Window preset</source>
        <translation>Предустановленное окно</translation>
    </message>
    <message>
        <source>Window preset {digit}</source>
        <translation>Готовое окно {digit}</translation>
    </message>
    <message>
        <source>Window presets</source>
        <translation>Готовые окна</translation>
    </message>
    <message>
        <source>Window presets of this modality</source>
        <translation>Предустановленные окна этой модальности</translation>
    </message>
    <message>
        <source>Without https anybody on the network can read the password and what is sent.</source>
        <translation>Без https любой в сети может прочитать пароль и то, что передаётся.</translation>
    </message>
    <message>
        <source>Write down what is opened, taken in and exported, too</source>
        <translation>Записывать также, что открыто, принято и вывезено</translation>
    </message>
    <message>
        <source>Write it as AE@HOST:PORT, for example ARCHIVE@10.0.0.5:104.</source>
        <translation>Запишите так: AE@УЗЕЛ:ПОРТ, например ARCHIVE@10.0.0.5:104.</translation>
    </message>
    <message>
        <source>Write it as STUDY, STUDY/SERIES or STUDY/SERIES/INSTANCE, each a UID.</source>
        <translation>Запишите как ИССЛЕДОВАНИЕ, ИССЛЕДОВАНИЕ/СЕРИЯ или ИССЛЕДОВАНИЕ/СЕРИЯ/ЭКЗЕМПЛЯР, каждое — UID.</translation>
    </message>
    <message>
        <source>Write it as https://HOST/PATH, for example https://pacs.example/dicom-web.</source>
        <translation>Запишите как https://ХОСТ/ПУТЬ, например https://pacs.example/dicom-web.</translation>
    </message>
    <message>
        <source>Write keys as keywords or tags, for example PatientName or 00100010.</source>
        <translation>Записывайте ключи именами или номерами тегов, например PatientName или 00100010.</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Вчера</translation>
    </message>
    <message>
        <source>You have no permission to look into this folder.</source>
        <translation>У вас нет прав на просмотр этой папки.</translation>
    </message>
    <message>
        <source>You have no permission to read this file.</source>
        <translation>Нет прав на чтение этого файла.</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Масштаб</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>Масштаб под курсором</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Увеличить</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Уменьшить</translation>
    </message>
    <message>
        <source>Zoom {percent} %</source>
        <translation>Масштаб {percent} %</translation>
    </message>
    <message>
        <source>ahead of need</source>
        <translation>заранее</translation>
    </message>
    <message>
        <source>all</source>
        <translation>все</translation>
    </message>
    <message>
        <source>anybody</source>
        <translation>кто угодно</translation>
    </message>
    <message>
        <source>at the detector</source>
        <translation>на детекторе</translation>
    </message>
    <message>
        <source>axial</source>
        <translation>аксиальная</translation>
    </message>
    <message>
        <source>b = {value}</source>
        <translation>b = {value}</translation>
    </message>
    <message>
        <source>b-value</source>
        <translation>b-фактор</translation>
    </message>
    <message>
        <source>calibrated</source>
        <translation>калибровано</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>отменено</translation>
    </message>
    <message>
        <source>coronal</source>
        <translation>корональная</translation>
    </message>
    <message>
        <source>did not come</source>
        <translation>не пришёл</translation>
    </message>
    <message>
        <source>done</source>
        <translation>готово</translation>
    </message>
    <message>
        <source>done, with a remark</source>
        <translation>готово, с замечанием</translation>
    </message>
    <message>
        <source>echo time {time} ms</source>
        <translation>время эхо {time} мс</translation>
    </message>
    <message>
        <source>echo {number}</source>
        <translation>эхо {number}</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>пусто</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>не вышло</translation>
    </message>
    <message>
        <source>family</source>
        <translation>фамилия</translation>
    </message>
    <message>
        <source>file not found</source>
        <translation>файл не найден</translation>
    </message>
    <message>
        <source>from the detector, magnification taken off</source>
        <translation>по детектору, увеличение учтено</translation>
    </message>
    <message>
        <source>from {node}</source>
        <translation>с узла {node}</translation>
    </message>
    <message>
        <source>given</source>
        <translation>имя</translation>
    </message>
    <message>
        <source>here</source>
        <translation>здесь</translation>
    </message>
    <message>
        <source>image type {kind}</source>
        <translation>тип изображения {kind}</translation>
    </message>
    <message>
        <source>in the library</source>
        <translation>в библиотеке</translation>
    </message>
    <message>
        <source>in what this session opened</source>
        <translation>среди открытого в этом сеансе</translation>
    </message>
    <message>
        <source>insecure</source>
        <translation>небезопасно</translation>
    </message>
    <message>
        <source>it does not know our AE title</source>
        <translation>он не знает нашего AE Title</translation>
    </message>
    <message>
        <source>it does not know the application context</source>
        <translation>он не знает прикладного контекста</translation>
    </message>
    <message>
        <source>it does not know the protocol version</source>
        <translation>он не знает версии протокола</translation>
    </message>
    <message>
        <source>it gave no reason</source>
        <translation>он не назвал причины</translation>
    </message>
    <message>
        <source>it has no room for another association</source>
        <translation>у него нет места для ещё одной ассоциации</translation>
    </message>
    <message>
        <source>it is overloaded for the moment</source>
        <translation>сейчас он перегружен</translation>
    </message>
    <message>
        <source>its AE title is another one</source>
        <translation>у него другой AE Title</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>пропущен</translation>
    </message>
    <message>
        <source>length not stated</source>
        <translation>длина не указана</translation>
    </message>
    <message>
        <source>middle</source>
        <translation>отчество</translation>
    </message>
    <message>
        <source>multi-frame image {number}</source>
        <translation>многокадровое изображение {number}</translation>
    </message>
    <message>
        <source>no date</source>
        <translation>без даты</translation>
    </message>
    <message>
        <source>not complete</source>
        <translation>не завершено</translation>
    </message>
    <message>
        <source>not found; it was moved, or its drive is not connected</source>
        <translation>не найден: перемещён, или его диск не подключён</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>не указано</translation>
    </message>
    <message>
        <source>object {number}</source>
        <translation>объект {number}</translation>
    </message>
    <message>
        <source>oblique</source>
        <translation>косая</translation>
    </message>
    <message>
        <source>of the scanner that read the film</source>
        <translation>сканера, считавшего плёнку</translation>
    </message>
    <message>
        <source>of the ultrasound region</source>
        <translation>ультразвуковой области</translation>
    </message>
    <message>
        <source>on screen</source>
        <translation>на экране</translation>
    </message>
    <message>
        <source>other file with the same UID ({number})</source>
        <translation>другой файл с тем же UID ({number})</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>пауза</translation>
    </message>
    <message>
        <source>phase {number}</source>
        <translation>фаза {number}</translation>
    </message>
    <message>
        <source>prefix</source>
        <translation>приставка</translation>
    </message>
    <message>
        <source>received</source>
        <translation>получено</translation>
    </message>
    <message>
        <source>s</source>
        <translation>с</translation>
    </message>
    <message>
        <source>sagittal</source>
        <translation>сагиттальная</translation>
    </message>
    <message>
        <source>see {name}</source>
        <translation>см. {name}</translation>
    </message>
    <message>
        <source>series {number}</source>
        <translation>серия {number}</translation>
    </message>
    <message>
        <source>slice {number}</source>
        <translation>срез {number}</translation>
    </message>
    <message>
        <source>suffix</source>
        <translation>суффикс</translation>
    </message>
    <message>
        <source>the first message was no association request</source>
        <translation>первое сообщение не было запросом ассоциации</translation>
    </message>
    <message>
        <source>the peer could not process it</source>
        <translation>узел не смог это обработать</translation>
    </message>
    <message>
        <source>the peer does not have it</source>
        <translation>у узла этого нет</translation>
    </message>
    <message>
        <source>the peer does not support its SOP class</source>
        <translation>узел не поддерживает этот класс SOP</translation>
    </message>
    <message>
        <source>the peer gave no known reason</source>
        <translation>узел не назвал известной причины</translation>
    </message>
    <message>
        <source>the peer has it under another SOP class</source>
        <translation>у узла это записано под другим классом SOP</translation>
    </message>
    <message>
        <source>the peer is out of resources</source>
        <translation>у узла не хватает ресурсов</translation>
    </message>
    <message>
        <source>the peer sent an answer nobody asked for</source>
        <translation>узел прислал ответ, которого никто не ждал</translation>
    </message>
    <message>
        <source>the transaction was used before</source>
        <translation>такая транзакция уже была</translation>
    </message>
    <message>
        <source>to {node}</source>
        <translation>на узел {node}</translation>
    </message>
    <message>
        <source>tries again at {time}</source>
        <translation>повтор в {time}</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>без изменений</translation>
    </message>
    <message>
        <source>under way</source>
        <translation>идёт</translation>
    </message>
    <message>
        <source>unknown orientation</source>
        <translation>неизвестная ориентация</translation>
    </message>
    <message>
        <source>video</source>
        <translation>видео</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>ждёт</translation>
    </message>
    <message>
        <source>waits for its turn</source>
        <translation>ждёт очереди</translation>
    </message>
    <message>
        <source>written as {vr}</source>
        <translation>записано как {vr}</translation>
    </message>
    <message>
        <source>x {x} y {y}</source>
        <translation>x {x} y {y}</translation>
    </message>
    <message>
        <source>x {x} y {y} · {value}</source>
        <translation>x {x} y {y} · {value}</translation>
    </message>
    <message>
        <source>x {x} y {y} · {value} · {point} mm</source>
        <translation>x {x} y {y} · {value} · {point} мм</translation>
    </message>
    <message>
        <source>{columns} × {rows} pixels</source>
        <translation>{columns} × {rows} пикселей</translation>
    </message>
    <message>
        <source>{columns} × {rows} pixels, colour</source>
        <translation>{columns} × {rows} пикселей, цвет</translation>
    </message>
    <message>
        <source>{count} bit</source>
        <translation>{count} бит</translation>
    </message>
    <message>
        <source>{count} bytes</source>
        <translation>{count} байт</translation>
    </message>
    <message>
        <source>{count} bytes at {offset} are damaged and were left out.</source>
        <translation>Повреждено и пропущено байт: {count}, начиная с {offset}.</translation>
    </message>
    <message>
        <source>{count} connections are not between 1 and 16.</source>
        <translation>Число соединений {count} не в пределах от 1 до 16.</translation>
    </message>
    <message>
        <source>{count} failed</source>
        <translation>не вышло: {count}</translation>
    </message>
    <message>
        <source>{count} instances did not arrive.</source>
        <translation>Не пришло экземпляров: {count}.</translation>
    </message>
    <message>
        <source>{count} instances did not arrive. {status}</source>
        <translation>Не пришло экземпляров: {count}. {status}</translation>
    </message>
    <message>
        <source>{count} instances were refused here.</source>
        <translation>Отклонено здесь экземпляров: {count}.</translation>
    </message>
    <message>
        <source>{count} lines are missing at the end.</source>
        <translation>В конце не хватает строк: {count}.</translation>
    </message>
    <message>
        <source>{count} lines are missing before this one.</source>
        <translation>Перед этой строкой не хватает строк: {count}.</translation>
    </message>
    <message>
        <source>{count} more faults.</source>
        <translation>Других нарушений: {count}.</translation>
    </message>
    <message>
        <source>{done} files</source>
        <translation>{done} файлов</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} из {total}</translation>
    </message>
    <message>
        <source>{done} of {total} files</source>
        <translation>{done} из {total} файлов</translation>
    </message>
    <message>
        <source>{failed} instances failed. {status}</source>
        <translation>Не удалось экземпляров: {failed}. {status}</translation>
    </message>
    <message>
        <source>{first}, {second}</source>
        <translation>{first}, {second}</translation>
    </message>
    <message>
        <source>{gap} mm between slices of {thickness} mm are not imaged.</source>
        <translation>Между срезами толщиной {thickness} мм не снято {gap} мм.</translation>
    </message>
    <message>
        <source>{here} here</source>
        <translation>здесь: {here}</translation>
    </message>
    <message>
        <source>{here} of {total} here</source>
        <translation>здесь {here} из {total}</translation>
    </message>
    <message>
        <source>{key} did this before: {command}</source>
        <translation>{key} раньше делала это: {command}</translation>
    </message>
    <message>
        <source>{key} is a sequence; name a key inside it.</source>
        <translation>{key} — последовательность; укажите ключ внутри неё.</translation>
    </message>
    <message>
        <source>{key} is not a sequence.</source>
        <translation>{key} — не последовательность.</translation>
    </message>
    <message>
        <source>{key} is not an attribute of DICOM.</source>
        <translation>{key} — не атрибут DICOM.</translation>
    </message>
    <message>
        <source>{label} {number}/{count}</source>
        <translation>{label} {number}/{count}</translation>
    </message>
    <message>
        <source>{label} {number}/{count}: {value}</source>
        <translation>{label} {number}/{count}: {value}</translation>
    </message>
    <message>
        <source>{millimetres} mm</source>
        <translation>{millimetres} мм</translation>
    </message>
    <message>
        <source>{modality}: {name} {width} / {center}</source>
        <translation>{modality}: {name} {width} / {center}</translation>
    </message>
    <message>
        <source>{name} is no colour model: red, green and blue are assumed.</source>
        <translation>{name} — не цветовая модель: приняты красный, зелёный и синий.</translation>
    </message>
    <message>
        <source>{name}: W {width} L {center}</source>
        <translation>{name}: W {width} L {center}</translation>
    </message>
    <message>
        <source>{name}: this object has no picture.</source>
        <translation>{name}: у этого объекта нет изображения.</translation>
    </message>
    <message>
        <source>{name}: this object has no picture. Its tags are in the inspector.</source>
        <translation>{name}: у этого объекта нет изображения. Его теги — на панели тегов.</translation>
    </message>
    <message>
        <source>{node} answered with something that is not DICOM.</source>
        <translation>{node} ответил не по протоколу DICOM.</translation>
    </message>
    <message>
        <source>{node} asks who you are</source>
        <translation>{node} спрашивает, кто вы</translation>
    </message>
    <message>
        <source>{node} broke off when asked for an association.</source>
        <translation>{node} оборвал связь при запросе ассоциации.</translation>
    </message>
    <message>
        <source>{node} can only send to us, and we do not listen.</source>
        <translation>{node} может только отправлять нам, а мы не принимаем соединений.</translation>
    </message>
    <message>
        <source>{node} refused the association: {why} ({result}/{origin}/{reason}).</source>
        <translation>{node} отклонил ассоциацию: {why} ({result}/{origin}/{reason}).</translation>
    </message>
    <message>
        <source>{node}: {why}</source>
        <translation>{node}: {why}</translation>
    </message>
    <message>
        <source>{number} cm</source>
        <translation>{number} см</translation>
    </message>
    <message>
        <source>{number} cm (estimated)</source>
        <translation>{number} см (оценка)</translation>
    </message>
    <message>
        <source>{number} days</source>
        <translation>{number} дн.</translation>
    </message>
    <message>
        <source>{number} mm</source>
        <translation>{number} мм</translation>
    </message>
    <message>
        <source>{number} mm (estimated)</source>
        <translation>{number} мм (оценка)</translation>
    </message>
    <message>
        <source>{number} months</source>
        <translation>{number} мес.</translation>
    </message>
    <message>
        <source>{number} weeks</source>
        <translation>{number} нед.</translation>
    </message>
    <message>
        <source>{number} y</source>
        <translation>{number} л.</translation>
    </message>
    <message>
        <source>{number} µm</source>
        <translation>{number} мкм</translation>
    </message>
    <message>
        <source>{plane} orientation</source>
        <translation>{plane} ориентация</translation>
    </message>
    <message>
        <source>{port} is not a port; ports are 1 to 65535.</source>
        <translation>{port} — не порт; порты бывают от 1 до 65535.</translation>
    </message>
    <message>
        <source>{rate} fps</source>
        <translation>{rate} к/с</translation>
    </message>
    <message>
        <source>{reason} (HTTP {status})</source>
        <translation>{reason} (HTTP {status})</translation>
    </message>
    <message>
        <source>{reason} {advice}</source>
        <translation>{reason} {advice}</translation>
    </message>
    <message>
        <source>{size}/s</source>
        <translation>{size}/с</translation>
    </message>
    <message>
        <source>{taken} nodes were taken in, {kept} left as they were.</source>
        <translation>Принято узлов: {taken}, оставлено как было: {kept}.</translation>
    </message>
    <message>
        <source>{text}</source>
        <translation>{text}</translation>
    </message>
    <message>
        <source>{text} is neither AE@HOST:PORT nor the name of a node.</source>
        <translation>{text} — не AE@ХОСТ:ПОРТ и не имя узла.</translation>
    </message>
    <message>
        <source>{text} is neither an address nor the name of an archive.</source>
        <translation>{text} — не адрес и не имя архива.</translation>
    </message>
    <message>
        <source>{text} is not an AE title.</source>
        <translation>{text} — не AE Title.</translation>
    </message>
    <message>
        <source>{text} is not an address of a DICOM node.</source>
        <translation>{text} — не адрес узла DICOM.</translation>
    </message>
    <message>
        <source>{text} is not an address of a DICOMweb archive.</source>
        <translation>{text} — не адрес архива DICOMweb.</translation>
    </message>
    <message>
        <source>{title} · cannot listen</source>
        <translation>{title} · приём невозможен</translation>
    </message>
    <message>
        <source>{title} · off</source>
        <translation>{title} · выкл.</translation>
    </message>
    <message>
        <source>{title} · starting</source>
        <translation>{title} · запуск</translation>
    </message>
    <message>
        <source>{value}</source>
        <translation>{value}</translation>
    </message>
    <message>
        <source>{value} is no number for {key}.</source>
        <translation>{value} — не число для {key}.</translation>
    </message>
    <message>
        <source>{what} It was restored from the copy of {when}; what you opened since is read again.</source>
        <translation>{what} Она восстановлена из копии от {when}; открытое после этого читается заново.</translation>
    </message>
    <message>
        <source>{what} The files you opened before are read again.</source>
        <translation>{what} Файлы, которые вы открывали, читаются заново.</translation>
    </message>
    <message>
        <source>{what}: {done}</source>
        <translation>{what}: {done}</translation>
    </message>
    <message>
        <source>{what}: {done} of {total}</source>
        <translation>{what}: {done} из {total}</translation>
    </message>
    <message>
        <source>{what}: {share} %</source>
        <translation>{what}: {share} %</translation>
    </message>
    <message>
        <source>✓ {step}: passed in {milliseconds} ms</source>
        <translation>✓ {step}: пройдено за {milliseconds} мс</translation>
    </message>
    <message>
        <source>✗ {step}: {why}</source>
        <translation>✗ {step}: {why}</translation>
    </message>
</context>
</TS>
