<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Negatoscope</name>
    <message numerus="yes">
        <source>%Ln byte(s)</source>
        <translation><numerusform>%Ln byte</numerusform><numerusform>%Ln bytes</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%Ln fragment(s)</source>
        <translation><numerusform>%Ln fragment</numerusform><numerusform>%Ln fragments</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation><numerusform>%n day</numerusform><numerusform>%n days</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n element(s)</source>
        <translation><numerusform>%n element</numerusform><numerusform>%n elements</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation><numerusform>%n file</numerusform><numerusform>%n files</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) skipped</source>
        <translation><numerusform>%n file skipped</numerusform><numerusform>%n files skipped</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) skipped — Details</source>
        <translation><numerusform>%n file skipped — Details</numerusform><numerusform>%n files skipped — Details</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n frame(s)</source>
        <translation><numerusform>%n frame</numerusform><numerusform>%n frames</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation><numerusform>%n image</numerusform><numerusform>%n images</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation><numerusform>%n item</numerusform><numerusform>%n items</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n month(s)</source>
        <translation><numerusform>%n month</numerusform><numerusform>%n months</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n more; Copy gives all</source>
        <translation><numerusform>%n more; Copy gives all</numerusform><numerusform>%n more; Copy gives all</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation><numerusform>%n object</numerusform><numerusform>%n objects</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n series</source>
        <translation><numerusform>%n series</numerusform><numerusform>%n series</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n study(s) found</source>
        <translation><numerusform>%n study found</numerusform><numerusform>%n studies found</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n week(s)</source>
        <translation><numerusform>%n week</numerusform><numerusform>%n weeks</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n year(s)</source>
        <translation><numerusform>%n year</numerusform><numerusform>%n years</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>Asking … %n study(s) so far</source>
        <translation><numerusform>Asking … %n study so far</numerusform><numerusform>Asking … %n studies so far</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>The first %n study(s): there may be more</source>
        <translation><numerusform>The first %n study: there may be more</numerusform><numerusform>The first %n studies: there may be more</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>Transfers, %n under way</source>
        <translation><numerusform>Transfers, %n under way</numerusform><numerusform>Transfers, %n under way</numerusform></translation>
    </message>
</context>
</TS>
