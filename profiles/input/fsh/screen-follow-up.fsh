// What follows from the finding of a screen: who does what, and by when.

RuleSet: OwnedBy(discipline)
* action[=].participant.type = #practitioner
* action[=].participant.role = DISCIPLINE#{discipline}

RuleSet: AsksFor(questionnaire)
* action[=].definitionCanonical = "https://carefhir.org/fhir/Questionnaire/{questionnaire}"

RuleSet: FollowUp(id, code, title, text)
* insert Act({code}, [[{title}]], [[{text}]])
* action[=].id = "{id}"

Instance: screen-follow-up
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(screen-follow-up, ScreenFollowUp, "After the finding of a screen: who does what by when")
* description = "By finding and points of one score: the facts finding and points. Every action whose condition holds becomes a Task for somebody of the discipline it names, else for the care manager. An action with an instrument asks for its answers."
* insert FollowUp(ask-phq-9, assessment, "Ask the PHQ-9", [["The first two questions about depression were positive: ask the PHQ-9 in the same contact where you can. Only the patient answers, nobody for them; an interpreter may help. The PHQ-2 does not ask about self-harm."]])
* insert When([["finding = 'depression-screen-2-positive'"]])
* insert AsksFor(phq-9)
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., V, [["Kroenke 2003 (PHQ-2): a positive PHQ-2 is followed by the PHQ-9. Two business days: our default (D)."]])
* insert FollowUp(ask-gad-7, assessment, "Ask the GAD-7", [["The first two questions about anxiety were positive: ask the GAD-7. Only the patient answers, nobody for them; an interpreter may help."]])
* insert When([["finding = 'anxiety-screen-2-positive'"]])
* insert AsksFor(gad-7)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., V, [["Kroenke 2009 (PHQ-4): 3 or more on a subscale asks for the longer form. Seven days: our default (D)."]])
* insert FollowUp(talk-about-anxiety, screen-follow-up, "Talk about anxiety", [["Talk about it with the person: what weighs on them, sleep, medicine, drink, safety. Tell the provider what you heard; only a provider makes a diagnosis of it."]])
* insert When([["finding = 'anxiety-screen-positive' and points < 15"]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Moderate from 10, severe from 15: Spitzer 2006 (V). Seven days: our default."]])
* insert FollowUp(talk-about-severe-anxiety, screen-follow-up, "Talk about severe anxiety", [["Talk about it with the person: what weighs on them, sleep, medicine, drink, safety. Tell the provider the same day; only a provider makes a diagnosis of it."]])
* insert When([["finding = 'anxiety-screen-positive' and points >= 15"]])
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., D, [["Severe from 15: Spitzer 2006 (V). Two business days, as for a PHQ-9 from 15: our default."]])
