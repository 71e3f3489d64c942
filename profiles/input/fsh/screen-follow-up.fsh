// What follows from the finding of a screen: who does what, and by when.

RuleSet: OwnedBy(discipline)
* action[=].participant.type = #practitioner
* action[=].participant.role = DISCIPLINE#{discipline}

RuleSet: OwnedByRole(role)
* action[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/done-by"
* action[=].extension[=].valueCode = #{role}

RuleSet: AsksFor(questionnaire)
* action[=].definitionCanonical = "https://carefhir.org/fhir/Questionnaire/{questionnaire}"

RuleSet: FollowUp(id, code, title, text)
* insert Act({code}, [[{title}]], [[{text}]])
* action[=].id = "{id}"

Instance: screen-follow-up
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(screen-follow-up, ScreenFollowUp, "After the finding of a screen: who does what by when")
* description = "By finding and points of one score: the facts finding and points; not_alone is a result that did not count, for the person was not alone. Every action whose condition holds becomes a Task for somebody of the discipline it names, else for the care manager. An action with an instrument asks for its answers."
* insert ComparisonsScreenFollowUp
* insert Param(screen-counts-days, 365, D, [["How long a positive screen counts that is on record as an Observation only, without a concern that somebody judged: our default, as long as a look at social needs counts for the tier."]])
* insert FollowUp(ask-phq-9, assessment, "Ask the PHQ-9", [["The first two questions about depression were positive: ask the PHQ-9 in the same contact where you can. Only the patient answers, nobody for them; an interpreter may help. The PHQ-2 does not ask about self-harm."]])
* insert When([["finding = 'depression-screen-2-positive'"]])
* insert AsksFor(phq-9)
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., S, [["Kroenke 2003 (PHQ-2), as quoted: a positive PHQ-2 is followed by the PHQ-9. Two business days: our default (D)."]])
* insert FollowUp(ask-gad-7, assessment, "Ask the GAD-7", [["The first two questions about anxiety were positive: ask the GAD-7. Only the patient answers, nobody for them; an interpreter may help."]])
* insert When([["finding = 'anxiety-screen-2-positive'"]])
* insert AsksFor(gad-7)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., K, [["Kroenke 2009 (PHQ-4): 3 or more on a subscale asks for the longer form. Seven days: our default (D)."]])
* insert FollowUp(talk-about-anxiety, screen-follow-up, "Talk about anxiety", [["Talk about it with the person: what weighs on them, sleep, medicine, drink, safety. Tell the provider what you heard; only a provider makes a diagnosis of it."]])
* insert When([["finding = 'anxiety-screen-positive' and points < 15"]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Moderate from 10, severe from 15: Spitzer 2006 (S). Seven days: our default."]])
* insert FollowUp(talk-about-severe-anxiety, screen-follow-up, "Talk about severe anxiety", [["Talk about it with the person: what weighs on them, sleep, medicine, drink, safety. Tell the provider the same day; only a provider makes a diagnosis of it."]])
* insert When([["finding = 'anxiety-screen-positive' and points >= 15"]])
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., D, [["Severe from 15: Spitzer 2006 (S). Two business days, as for a PHQ-9 from 15: our default."]])
* insert FollowUp(talk-about-alcohol, screen-follow-up, "Talk in private", [["A restricted matter: talk about it alone with the person, without judgment: what they drink, what they would like to change, withdrawal, medicine that does not go with it. Say nothing of it to others without the person's written consent. Only a provider makes a diagnosis of it."]])
* insert When([["finding = 'alcohol-screen-positive'"]])
* insert OwnedBy(social-worker)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Owner and restriction: clinical practice, rule 4 (42 CFR Part 2: K). Seven days: our default."]])
* insert FollowUp(violence, private-contact, "Talk in private today", [["Speak with the person alone today, by the safe number in the answers only, at the time they named. Leave no message, send nothing, and do not say why you call to whoever answers. Ask whether they are safe now: if not, 911. Offer the national hotline, 1-800-799-7233, and a safety plan. What must be reported by state law (an older person, a child in the home) is yours to find out."]])
* insert When([["finding = 'violence-screen-positive'"]])
* insert OwnedBy(social-worker)
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["Owner, safe number and restriction: clinical practice, rule 4. Today: our default. The hotline's number and the duty to report: general knowledge (K)."]])
* insert FollowUp(where-tonight, screen-follow-up, "Ask where they sleep tonight", [["The person has no steady place to live: ask now where they sleep tonight. Without a safe place tonight: shelter, 211, and the provider told today."]])
* insert When([["finding = 'homelessness'"]])
* insert OwnedBy(social-worker)
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["Homeless tonight goes to a social worker or care manager now, and the provider is informed: clinical practice, rule 14. The answer of the AHC-HRSN includes staying with others and does not say where tonight: so it is asked. 211: general knowledge (K)."]])
* insert FollowUp(tell-provider-housing, inform-provider, "Tell the provider", [["The person said that they have no steady place to live. The social worker or care manager asks where they sleep tonight; medicine that needs a refrigerator, a charger or a plan is yours to look at."]])
* insert When([["finding = 'homelessness'"]])
* insert OwnedByRole(supervising-provider)
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["Provider informed: clinical practice, rule 14."]])
* insert FollowUp(utilities-off, screen-follow-up, "Services are shut off", [["Electricity, gas, oil or water is shut off: ask today what that stops (oxygen, a pump, insulin that must be cold, heat, water), and get help from the company and the state's program for energy. A medical certificate can stop or delay a shut-off in many states."]])
* insert When([["finding = 'utilities-shut-off'"]])
* insert OwnedBy(social-worker)
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["Today, and whose it is: our default. Medical certificates and energy programs: general knowledge (K)."]])
* insert FollowUp(talk-about-falls, screen-follow-up, "Talk about falls", [["Talk about the falls: when, where, hurt, dizzy, medicine, shoes, light at home. Tell the provider: gait, strength and balance, blood pressure lying and standing, and medicine are theirs to look at."]])
* insert When([["finding = 'falls-screen-positive'"]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["CDC STEADI: a positive screen is followed by an assessment (K). Seven days: our default."]])
* insert FollowUp(plain-words, screen-follow-up, "Use plain words and teach-back", [["The person needs help with reading: say it in plain words, show it, hear it back, and ask who reads with them. Note it where everybody who teaches sees it."]])
* insert When([["finding = 'low-health-literacy'"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, "Our default.")
* insert FollowUp(ask-again-alone, private-contact, "Ask again with the person alone", [["A restricted matter: some questions do not count as they were asked, for somebody else could hear them or answered them. Ask them again with the person alone, in a room or by a number that is safe; leave no message, and do not say why you call to whoever answers."]])
* insert When([["not_alone.exists()"]])
* insert OwnedBy(social-worker)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Not private means repeat in private: clinical practice, rule 3. Owner as in rule 4; seven days: our default."]])
* insert FollowUpOfSupplement
