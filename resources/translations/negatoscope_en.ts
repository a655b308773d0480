<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Negatoscope</name>
    <message numerus="yes">
        <source>%n file(s) skipped</source>
        <translation><numerusform>%n file skipped</numerusform><numerusform>%n files skipped</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) skipped — Details</source>
        <translation><numerusform>%n file skipped — Details</numerusform><numerusform>%n files skipped — Details</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n more; Copy gives all</source>
        <translation><numerusform>%n more; Copy gives all</numerusform><numerusform>%n more; Copy gives all</numerusform></translation>
    </message>
</context>
</TS>
