"""What clients say and what colleagues write down: short, Dutch, in words that the client may read.

Slots: {naam} first name, {werk} occupation, {werkgever} employer. Words before a bar say where it was.
"""

from random import Random

NOTES = {
    "kennismaking": (
        "instelling| Kennisgemaakt met {naam}. Verteld wat IPS is: meteen zoeken naar gewoon betaald werk.",
        "thuis| Eerste gesprek. {naam} vertelde over eerdere banen en wat daarin goed ging.",
        "thuis| Samen met de ervaringsdeskundige bij {naam} thuis geweest. Goede klik, we gaan samen verder.",
        "{naam} wil liever geen lang traject vooraf. Afgesproken dat we volgende week vacatures bekijken.",
        "elders| Kennismaking in de bibliotheek. {naam} had zelf al een lijst met wensen gemaakt.",
    ),
    "profiel": (
        "Werkprofiel gemaakt: ochtenden, niet te druk, op de fiets te doen.",
        "Werkprofiel besproken. {naam} noemt structuur en collega's als belangrijkste wens.",
        "Besproken of {naam} open wil zijn op het werk. Daar komen we op terug vóór een sollicitatie.",
        "Uitgerekend wat werken betekent voor de uitkering. Dat geeft {naam} rust.",
        "instelling| Cv opgefrist. De periode zonder werk staat er nu kort en eerlijk in.",
    ),
    "zoeken": (
        "Samen drie vacatures bekeken. {naam} kiest er één om op te reageren.",
        "instelling| Brief geschreven voor een baan als {werk}. {naam} verstuurt hem vanavond zelf.",
        "Gesprek geoefend. De vraag over het gat in het cv gaat nu veel makkelijker.",
        "elders| Langs winkels in de buurt gelopen. Twee keer een kaartje achtergelaten.",
        "{naam} kreeg een afwijzing en baalde daarvan. Besproken wat wel goed ging.",
        "Via een oud-collega een tip gekregen over werk als {werk}. {naam} belt morgen.",
        "werkplek| Een halve dag meegelopen als {werk}. Het tempo beviel goed.",
        "{naam} twijfelt over het aantal uren. We beginnen met zoeken naar 16 uur.",
        "Online profiel bijgewerkt en meldingen voor nieuwe vacatures aangezet.",
        "elders| Reis naar het industrieterrein geoefend met de bus. Ging prima.",
        "Uitnodiging voor een sollicitatiegesprek ontvangen! Donderdag bereiden we het voor.",
        "Gesproken over wat {naam} belangrijk vindt in een leidinggevende.",
    ),
    "start": (
        "Eerste dagen besproken. {naam} was moe maar trots.",
        "werkplek| Meegereisd op de eerste werkdag, daarna ging {naam} zelf naar binnen.",
        "telefoon| Gebeld na de eerste dienst: collega's zijn aardig, pauze was nog zoeken.",
        "elders| Samen nagelezen wat er in het contract staat.",
        "Rooster besproken: nooit twee late diensten achter elkaar, dat houdt {naam} vol.",
    ),
    "inwerken": (
        "Eerste weken als {werk} besproken. Het inwerken gaat stap voor stap.",
        "werkplek| Op de werkplek langs geweest. {naam} kent de weg al.",
        "telefoon| Gebeld in de pauze: het tempo begint te wennen.",
        "{naam} schrijft 's avonds op wat goed ging. Dat helpt bij het slapen.",
        "Doorgenomen wie {naam} kan vragen als iets niet duidelijk is.",
        "Besproken of de uren goed zijn. Voorlopig zo houden.",
        "Eerste loonstrook samen bekeken en doorgegeven aan de gemeente.",
    ),
    "eigen_bedrijf": (
        "Tweede opdracht binnen. {naam} maakte zelf de offerte.",
        "Met een boekhouder naar de btw gekeken. Nu is het te overzien.",
        "{naam} had een rustige maand. Samen drie oude klanten gebeld.",
        "Besproken wanneer {naam} nee zegt tegen een opdracht.",
        "werkplek| Meegekeken bij een opdracht. Mooi om te zien wat {naam} kan.",
    ),
    "baan": (
        "Gaat goed als {werk}. {naam} wordt voor een extra dienst gevraagd.",
        "werkplek| Op het werk langsgeweest. {naam} liet trots de werkplek zien.",
        "Besproken hoe {naam} een vrije dag kan vragen. Appje samen opgesteld.",
        "Drukke weken. {naam} heeft zelf met de chef afgesproken om eerder te stoppen op vrijdag.",
        "thuis| Loonstrook bekeken en doorgegeven aan de gemeente. De verrekening klopt.",
        "{naam} wil doorgroeien en zoekt een cursus naast het werk.",
        "telefoon| Even gebeld: geen bijzonderheden, werk gaat zijn gang.",
        "Contract wordt verlengd. {naam} trakteerde op het team.",
        "Er was gedoe met een collega. {naam} heeft het zelf uitgesproken.",
    ),
    "einde_baan": (
        "Het contract is niet verlengd. {naam} is teleurgesteld, maar wil door.",
        "Teruggekeken op de baan als {werk}: de uren waren goed, het tempo te hoog.",
        "{naam} wil snel weer verder zoeken. Lijst met werkgevers gemaakt.",
    ),
    "afronding": (
        "Afsluitend gesprek. {naam} weet ons te vinden als er weer een vraag is.",
        "Teruggekeken op de reis naar werk. {naam} koos zelf drie momenten om te onthouden.",
        "In overleg gestopt. {naam} mag altijd opnieuw aankloppen.",
    ),
    "steun": (
        "thuis| Koffie gedronken. Het gaat redelijk, slapen blijft lastig.",
        "elders| Samen een rondje door het park gelopen en gepraat over wat energie geeft.",
        "{naam} vertelde over een goede dag. Die schrijven we op voor mindere dagen.",
        "Over mijn eigen ervaring verteld met weer beginnen. Dat maakte veel los.",
        "Het herstelplan bijgewerkt: signalen herkent {naam} nu eerder.",
        "{naam} ziet op tegen een verjaardag. Samen bedacht hoe lang blijven genoeg is.",
        "thuis| Bezoek aan huis. De post ligt weer op een stapel die te overzien is.",
        "telefoon| Gebeld. {naam} had geen zin in bezoek, een kort praatje was genoeg.",
        "elders| Samen gekookt in de buurtkamer. {naam} wil volgende week weer.",
        "Gesproken over schaamte en trots. {naam} wil dat delen in de groep.",
        "Contact met de zus van {naam} is hersteld, daar is veel blijdschap over.",
        "{naam} leest een boek over herstel en haalde er een mooie zin uit.",
        "Spanning over geld. Afspraak gemaakt met het geldloket, ik ga mee.",
        "Het gaat goed. We spreken elkaar nu om de week.",
    ),
    "werkgever": (
        "werkplek| Kennisgemaakt met {werkgever}. Ze zoeken vaker een {werk} en staan open voor een gesprek.",
        "Gesproken met de teamleider van {werkgever} over wat het werk vraagt op een drukke dag.",
        "werkplek| Rondleiding gehad bij {werkgever}. Rustige werkplek, vaste begeleider.",
        "telefoon| {werkgever} heeft nu geen plek, over een maand mag ik weer bellen.",
        "Met {werkgever} gekeken of een taak als {werk} in delen kan. Dat kan.",
        "werkplek| Koffie bij {werkgever}. Vooral geluisterd: wat maakt dat mensen hier blijven?",
        "{werkgever} wil kennismaken. Afspraak gepland met {naam} erbij.",
    ),
    "werkgever_baan": (
        "werkplek| Bij {werkgever} langsgeweest. Ze zijn tevreden over de inzet.",
        "Met de leidinggevende bij {werkgever} het inwerken doorgenomen.",
        "telefoon| {werkgever} belde over het rooster. Samen met {naam} opgelost.",
    ),
    "groep": (
        "Meegedaan met de herstelgroep. {naam} luisterde vooral, dat mocht.",
        "elders| Bouwgroep: samen de moestuinbakken gemaakt, {naam} nam het zagen op zich.",
        "elders| Open inloop. {naam} bleef het hele dagdeel en hielp met opruimen.",
        "Groep 'werken aan werk': ervaringen met solliciteren gedeeld.",
    ),
    "overleg": (
        "Teamoverleg: wie komt wanneer bij {naam}. Werk en steun op elkaar afgestemd.",
        "Overleg met de gemeente over de verlenging. Akkoord volgt per brief.",
        "Met de casemanager afgesproken dat de medicatie op een ander moment kan, vanwege de ochtenden.",
        "Kort overleg met UWV: proefplaatsing is mogelijk als {naam} dat wil.",
        "Besproken op het FACT-bord. Geen extra zorg nodig, wel vaker even bellen.",
    ),
}

WISHES = (
    "Ik wil weer collega's om me heen.",
    "Gewoon een baan, met een loonstrook en een kerstpakket.",
    "Iets met dieren, dan word ik rustig.",
    "Ik wil mijn huur zelf kunnen betalen.",
    "Werken met mijn handen, dan ziet mijn hoofd ook iets af.",
    "Ik ben kok geweest. Dat wil ik weer, maar niet meer 's avonds.",
    "Mijn dochter moet kunnen zeggen: papa werkt daar.",
    "Een paar ochtenden, en dan kijken of het meer kan worden.",
    "Ik wil terug de bouw in, liefst timmeren.",
    "Buiten werken. Binnen zitten heb ik genoeg gedaan.",
    "Met mensen praten kan ik goed. Een balie lijkt me wat.",
    "Ik wil iets afmaken. Een contract uitdienen, dat is me nog niet gelukt.",
    "Iets met computers, liefst zonder telefoon.",
    "Ik wil zelf kiezen en niet weer geplaatst worden.",
    "Mijn rijbewijs gebruiken. Rijden vind ik heerlijk.",
    "Eerst een ritme, dan werk. Maar wel echt werk.",
    "Ik wil anderen helpen, zoals ik geholpen ben.",
    "In een winkel, met vaste klanten die je naam kennen.",
    "Geen werk waar ik over moet liegen.",
    "Naast mijn opleiding een bijbaan, net als iedereen.",
)
NEXT_STEPS = (
    "Donderdag samen naar {werkgever}.",
    "Brief voor {werkgever} afmaken en versturen.",
    "Uitzoeken wat 16 uur werken doet met de uitkering.",
    "Volgende week een ochtend meelopen als {werk}.",
    "Drie werkgevers kiezen om langs te gaan.",
    "Samen beslissen wat {naam} wel en niet vertelt op het werk.",
    "Na de eerste loonstrook de verrekening nakijken.",
    "Met de casemanager de ochtenden vrijplannen.",
    "Oefenen met het sollicitatiegesprek.",
    "Bellen met de oud-werkgever over een referentie.",
    "Evalueren met de leidinggevende bij {werkgever}.",
    "Reis naar het werk een keer proberen.",
)
MSS_WISHES = (
    "Ik wil mensen leren kennen in mijn eigen straat.",
    "Ergens binnenlopen waar ik niets hoef uit te leggen.",
    "Weer eens iets voor een ander doen.",
    "Minder alleen zijn in het weekend.",
    "Een plek om te timmeren en te kletsen.",
    "Hulp bij mijn post, en verder gewoon koffie.",
)
MSS_NEXT_STEPS = (
    "Woensdag samen naar de buurtkamer.",
    "Meedoen met de bouwgroep op vrijdag.",
    "Kennismaken met de maatjes van het buurthuis.",
    "Afspraak bij het geldloket, ik ga mee.",
)
MOVE_REASONS = {
    "inloop": (
        "Wil eerst rustig kennismaken in de inloop.",
        "Even een stap terug om op adem te komen.",
        "Zoekt aanspraak in de buurt.",
        "",
    ),
    "dagbesteding": (
        "Houtwerkplaats twee ochtenden per week.",
        "Begint in de moestuin, om een ritme te krijgen.",
        "Vaste dagen geven houvast.",
        "Liever even minder uren na een zware periode.",
        "",
    ),
    "begeleid_werk": (
        "Start in het lunchcafé met een jobcoach.",
        "Werkt mee in de fietsenmakerij van de buurt.",
        "Wil ontdekken hoeveel uren goed gaan.",
        "Met begeleiding aan de slag in het magazijn.",
        "",
    ),
}
CLIENT_WORDS = (
    "Ik wil eerst zien of ik het volhoud.",
    "Hier word ik niet raar aangekeken.",
    "Dit is genoeg voor nu.",
    "Ik ben toe aan iets nieuws.",
    "Even een stapje terug is ook vooruit.",
    "Nu wil ik door.",
    "",
    "",
    "",
)


def pick_note(rng: Random, situation: str, *, in_person: bool) -> tuple[str, str]:
    """The place that a sentence speaks of, or nothing, and the sentence; the slots are still open."""
    sentences = [sentence for sentence in NOTES[situation] if not (in_person and sentence.startswith("tel"))]
    place, _, sentence = rng.choice(sentences).rpartition("| ")
    return place, sentence


def fill(sentence: str, *, first_name: str, occupation: str, employer: str) -> str:
    return sentence.format(
        naam=first_name, werk=occupation or "medewerker", werkgever=employer or "de werkgever"
    )
