// Comfort: palliative needs. Goals are the person's own; what no longer serves is left out of the other pathways (whereabouts.fsh).

RuleSet: GoalsOfComfort
* #comfort-first "comfort comes first" "The person, or who decides for them, says that comfort comes first now."
* #symptoms-eased "symptoms eased" "Pain, breath and other symptoms at a level the person calls bearable."
* #cared-for-where-wanted "cared for where they want to be" "Cared for in the place the person wants."
* #helpers-can-go-on "helpers can go on" "Whoever helps gets help, and can go on."
* insert Plainly(comfort-first, [["Being comfortable comes first for me now"]])
* insert Plainly(symptoms-eased, [["My pain, my breath and what else troubles me are bearable"]])
* insert Plainly(cared-for-where-wanted, [["I am cared for where I want to be"]])
* insert Plainly(helpers-can-go-on, [["Those who help me get help, too"]])

RuleSet: ItemsOfComfort
* #symptom-plan "plan for symptoms" "What to give for which symptom, written by the prescriber."
* #night-plan "plan for nights" "What to do at night and on weekends."
* #comfort-equipment "equipment for comfort" "Equipment at home that eases care."
* #hospice-question "hospice: a question" "Whether a hospice or a palliative team would help now, and whether the person wants it."
* #helper-support "support for helpers" "How those who help are, and what would let them go on."
* #bereavement-talk "talk about afterwards" "Who will need support afterwards."
* insert ByCall(night-plan, 0)
* insert ByCall(helper-support, 0)
* insert ByCall(bereavement-talk, 0)
* insert Plainly(symptom-plan, [["Your provider writes down what to take for pain, breath and other troubles"]])
* insert Plainly(night-plan, [["We go over what to do at night, and whom to call"]])
* insert Plainly(comfort-equipment, [["You get what makes care at home easier"]])
* insert Plainly(hospice-question, [["Your provider talks with you about whether a hospice would help"]])
* insert Plainly(helper-support, [["We ask how those who help you are"]])
* insert Plainly(bereavement-talk, [["We talk about those who are close to you"]])

Instance: pathway-comfort
InstanceOf: PlanDefinition
Usage: #definition
* insert Pathway(pathway-comfort, PathwayComfort, "Comfort")
* description = "For somebody with palliative care on record, or who says, as their own goal, that comfort comes first; never by a score, an age or a diagnosis. Its goals are the person's own. Not for whom a hospice cares for: the hospice makes that plan. Symptom medicines are the prescriber's, and a hospice is a question, not a referral."
* insert ComparisonsPathwayComfort
* purpose = "Days that are as good as they can be, by what the person says is good; nobody alone with it at night; and those who help are helped."
* insert NotFor(minor)
* insert NotFor(newborn)
* insert NotFor(hospice-cares)
* insert AppliesIf(, [["'comfort-first' in states or 'palliative-care' in states"]])
* insert Sourced(, D, [["Our choice, from general knowledge (K) of the domains of the National Consensus Project's guidelines for palliative care, which were not read. Clinical practice, rules 24 and 38."]])
* insert Aim(comfort-first, comfort-first, high-priority, [["Comfort comes first: what the person wants most now, in their own words."]])
* insert WithinDays(14)
* insert AppliesIf(goal[=]., [["'comfort-first' in states"]])
* insert Sourced(goal[=]., D, [["Only where the person, or who decides for them, has said so: our default. Asked again within two weeks."]])
* insert Aim(symptoms-eased, symptoms-eased, high-priority, [["Pain, breath and other symptoms at a level the person calls bearable."]])
* insert WithinDays(7)
* insert Sourced(goal[=]., D, [["By the person's own word, not by a number, within a week: our default."]])
* insert Aim(cared-for-where-wanted, cared-for-where-wanted, medium-priority, [["Cared for in the place the person wants."]])
* insert WithinDays(30)
* insert Sourced(goal[=]., D, [["Within 30 days: our default."]])
* insert Aim(helpers-can-go-on, helpers-can-go-on, medium-priority, [["Those who help get help, and can go on."]])
* insert WithinDays(14)
* insert Sourced(goal[=]., D, [["Within two weeks: our default."]])
* insert Do(symptom-plan, order, ServiceRequest, supervising-provider, urgent, [["Plan for symptoms, signed by the prescriber"]], [["The prescriber writes down what to give for pain, breathlessness, nausea, restlessness and constipation, how often it may be repeated, and when to call. Nothing is given on our advice before this plan is signed."]])
* insert Serves(symptoms-eased)
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., D, [["A symptom plan only as signed by the prescriber, within two business days: our default."]])
* insert Do(night-plan, now, Task, care-manager, urgent, [["What to do at night and on weekends"]], [["Go through one night together: which number is answered at any hour, who comes, where the medicine lies, who can be there. What would 911 do, and is it wanted? If there is an order about resuscitation, it lies where helpers find it; if there is none, everything is done."]])
* insert Serves(symptoms-eased)
* insert Serves(cared-for-where-wanted)
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., D, [["Within two business days: our default."]])
* insert WhoDecides
* insert Serves(cared-for-where-wanted)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Within a week: our default."]])
* insert Do(comfort-equipment, order, DeviceRequest, supervising-provider, urgent, [["Equipment that eases care at home"]], [["Ask what is missing: a bed that can be raised, a commode, a wheelchair, a mattress that spares the skin, oxygen if the prescriber finds that it eases breath. Delivered, tried, and shown to whoever helps."]])
* insert Serves(cared-for-where-wanted)
* insert DueIn(3, day, now)
* insert Sourced(action[=]., D, [["Within three days: our default."]])
* insert Do(hospice-question, order, ServiceRequest, supervising-provider, routine, [["Would a hospice help now? A question"]], [["A question to the prescriber, no referral: would a hospice or a palliative team help now, and has the person been told what each of them is and is not? Only what the person wants is ordered."]])
* insert Serves(cared-for-where-wanted)
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["A question, never a referral by rule; within two weeks: our default."]])
* insert Do(treatment-review, plan, Task, supervising-provider, routine, [["Review the treatment"]], [["Comfort: which medicines, tests and visits still serve what the person wants, and which can stop or be made easier (tight targets, statins, screening, pills that are hard to swallow)? Nothing is stopped on our advice."]])
* insert Serves(symptoms-eased)
* insert Serves(comfort-first)
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["Within two weeks: our default."]])
* insert Do(helper-support, now, Task, care-manager, routine, [["Support for those who help"]], [["Ask whoever helps how they sleep, what is too much, and who could take a night. Respite, a home aide, a neighbor; a number they may call themselves. What they tell of themselves stays theirs."]])
* insert Serves(helpers-can-go-on)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Within a week: our default."]])
* insert Do(bereavement-talk, now, Task, care-manager, routine, [["Those who are close"]], [["Who will need support afterwards (a partner, children, whoever helps), and what matters to the person for then: faith, farewells, papers. When they wish to talk, not by a list."]])
* insert Serves(helpers-can-go-on)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., D, [["Within 30 days: our default. After a death a bereavement Task of its own follows (clinical practice, rule 10)."]])
* insert Do(action-plan, now, Task, care-manager, routine, [["Symptom action plan: one page"]], [["Comfort, on the one page: what is usual for this person, what to give first and when to repeat it as the prescriber wrote it, whom to call by day and by night, and what they want if it gets much worse."]])
* insert Serves(symptoms-eased)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["A symptom action plan in every plan of care; within a week: our default."]])
* insert MedicinesOneList

// ---- check-in

RuleSet: CheckInItemsOfComfort
* insert Asked(pain-not-eased, "pain not eased", "Pain that the medicine does not bring to a bearable level.")
* insert Asked(breath-not-eased, "breath not eased", [["Breath that is hard, also at rest, and is not eased by what was written down for it."]])
* insert Asked(comfort-medicine-not-kept, "cannot take medicine for comfort", [["Cannot swallow or keep down medicine for pain, breath or nausea, or it has run out."]])
* insert Symptom(restless, "restless or seeing things", [["Newly restless, or seeing things that others do not."]], restlessness)
* insert Symptom(no-stool, "no bowel movement for three days", [["No bowel movement for three days or more."]], no-stool)
* insert Symptom(new-sore, "sore spot", [["A new sore or red spot from lying or sitting."]], new-sore)
* insert Asked(helper-exhausted, "helper at the end of their strength", [["Whoever helps says that they cannot go on."]])
* insert Asked(nobody-tonight, "nobody there tonight", [["Nobody can be with the person tonight, though somebody is needed."]])
* insert Asked(wishes-changed, "wishes have changed", [["What the person wants has changed since the last talk."]])
* insert Asked(heavy-bleeding, "heavy bleeding or choking", [["Heavy bleeding, or choking."]])

RuleSet: ComfortQuestions
* insert YesNo(pain-not-eased, "Is there pain that the medicine does not bring to a bearable level?")
* insert YesNo(breath-not-eased, [["Is breathing hard, and not eased by what was written down for it?"]])
* insert YesNo(comfort-medicine-not-kept, [["Is medicine for pain, breath or nausea hard to swallow or keep down, or has it run out?"]])
* insert YesNo(vomiting, "Do you have vomiting or diarrhea today?")
* insert YesNo(restless, [["Are you (or: is the person) newly restless, or seeing things that others do not?"]])
* insert YesNo(no-stool, "Has there been no bowel movement for three days or more?")
* insert YesNo(new-sore, "Is there a new sore or red spot from lying or sitting?")
* insert YesNo(heavy-bleeding, [["Is there heavy bleeding, or choking?"]])
* insert YesNo(helper-exhausted, "Does whoever helps say that they cannot go on?")
* insert YesNo(nobody-tonight, [["Is somebody needed tonight, and nobody can be there?"]])
* insert YesNo(wishes-changed, "Has what you want changed since we last talked?")

Instance: check-in-comfort
InstanceOf: Questionnaire
Usage: #definition
* insert CheckIn(check-in-comfort, CheckInComfort, "Check-in: comfort")
* version = "0.1.0"
* description = "What to ask somebody for whom comfort comes first, or who has palliative care, and whoever helps them. 'Don't know' is no answer. Ask about thoughts of death if you have reason to; once asked, no answer counts as unanswered."
* insert Sourced(, D, [["Questions and wording are ours. Reasons to call were compared with those that a hospice publishes for families (gundersenhealth.org, hospice patient and caregiver resources: pain, short breath, confusion, change in bowel movements, vomiting, skin): S."]])
* insert ComfortQuestions
* insert SharedQuestions
* insert LastQuestions

Instance: check-in-rules-comfort
InstanceOf: PlanDefinition
Usage: #definition
* insert CheckInRules(check-in-rules-comfort, CheckInRulesComfort, "Check-in rules: comfort", check-in-comfort)
* version = "0.1.0"
* description = "What the answers of a check-in mean where comfort comes first or palliative care is on record. Symptoms that are not eased are the prescriber's the same day. Where a hospice cares for the person, it is called first. Rules are asked in this order."
* insert HoldsFor("'comfort-first' in goals or 'palliative-care' in conditions_or_concerns")
* insert DoYellow(symptom, "A symptom", [["symptoms.exists()"]], D, [["Our default: a nurse calls the same day."]])
* insert DoYellow(helper-exhausted, "Whoever helps cannot go on", "'helper-exhausted' in yes_to", D, [["Our default: the care manager calls whoever helps the same day, and finds relief."]])
* insert DoYellow(nobody-tonight, "Nobody can be there tonight", "'nobody-tonight' in yes_to", D, [["Our default: somebody is found the same day."]])
* insert DoYellow(wishes-changed, "What they want has changed", "'wishes-changed' in yes_to", D, [["Our default: the plan is talked over the same day."]])
* insert DoRed(pain-not-eased, "Pain that is not eased", "'pain-not-eased' in yes_to", D, [["Our default: the prescriber the same day, by voice. Reasons that hospices publish for families to call (gundersenhealth.org; homesteadhospice.com for uncontrolled pain as a crisis): S."]])
* insert DoRed(breath-not-eased, "Breath that is not eased", "'breath-not-eased' in yes_to", D, [["Our default: the prescriber the same day, by voice. With heart failure or lung disease their own rules count too, and the worse one holds."]])
* insert DoRed(comfort-medicine-not-kept, "Medicine for comfort cannot be taken or has run out", "'comfort-medicine-not-kept' in yes_to", D, [["Our default: the prescriber the same day; another way to give it is needed before night."]])
* insert DoRed(exhausted-and-alone, [["Whoever helps cannot go on, and nobody can be there tonight"]], [["'helper-exhausted' in yes_to and 'nobody-tonight' in yes_to"]], D, [["Our default: the provider the same day, for a place or a person for tonight."]])
* insert DoRed(confused, "New confusion", "'confused' in yes_to", D, [["Our default: the same day and no 911 by itself here, for confusion is frequent near the end of life (K); other conditions' rules, which say 911, still count."]])
* insert Do911(heavy-bleeding, "Heavy bleeding or choking", "'heavy-bleeding' in yes_to", D, [["Our default: 911, unless a hospice cares for the person, which is then called first."]])
* insert DoGreen(green-answered, "Every question answered", [["unanswered.empty()"]], D, "Our default: green needs evidence.")

// ---- conflicts with what other pathways and older plans ask for

RuleSet: ConflictsOfComfort
* #comfort-targets "comfort first, tight targets" "A target for sugar or blood pressure, and comfort comes first."
* #comfort-salt "comfort first, less salt" "Less salt, and comfort comes first."
* #comfort-weighing "comfort first, weighed every day" "Weighing every day, and comfort comes first."
* #comfort-statin "comfort first, statin" "A statin, and comfort comes first."
* #comfort-checks "comfort first, checks and education" "Yearly checks or classes, and comfort comes first."
* #opioid-sedatives "opioid, another medicine that slows breathing" "An opioid beside a benzodiazepine, a gabapentinoid or a barbiturate."
* #opioid-naloxone "opioid, no naloxone" "An opioid with a further danger, and no naloxone on the list."
* insert Sides(comfort-targets, [["The target stays"]], [["No target; no lows and no symptoms, as far as that can be had"]])
* insert Sides(comfort-salt, [["Less salt goes on"]], [["Eat what tastes good"]])
* insert Sides(comfort-weighing, [["Weigh every day: it tells early of water in the lungs"]], [["Weigh no more, or only when the person wants to"]])
* insert Sides(comfort-statin, [["The statin goes on"]], [["The statin is stopped"]])
* insert Sides(comfort-checks, [["Checks and classes go on"]], [["Only what the person wants"]])
* insert Sides(opioid-sedatives, [["Both go on, at the lowest doses, with naloxone at home"]], [["One of them is tapered off or replaced"]])
* insert Sides(opioid-naloxone, [["Naloxone at home, and somebody shown how to give it"]], [["No naloxone, as the prescriber and the person decide"]])

RuleSet: ComfortConflictActions
* insert Against(comfort-targets, supervising-provider, routine, [["Comfort first, and a target for sugar or blood pressure"]], [["The person says that comfort comes first, and a plan still has a target for A1c or blood pressure. Does the target still serve them? High sugar that is felt is treated; lows are worse than before."]])
* insert When([["('comfort-first' in goals or 'comfort-first' in states) and ('a1c' in goals or 'blood-pressure' in goals)"]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., S, [["Diabetes Spectrum 2020;33:246 (abstract): from tight control to safety and comfort near the end of life, decided with the person. Blood pressure alike, and five business days: our default (D)."]])
* insert Against(comfort-salt, supervising-provider, routine, [["Comfort first, and less salt"]], [["The person says that comfort comes first, and the plan asks for less salt. Salt can bring water and short breath; food without it may not be eaten at all. What matters more to them?"]])
* insert When([["('comfort-first' in goals or 'comfort-first' in states) and ('less-salt' in goals or 'low-salt-teaching' in items)"]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., D, [["Named so that the person is asked; five business days: our default."]])
* insert Against(comfort-weighing, supervising-provider, routine, [["Comfort first, and weighing every day"]], [["The person says that comfort comes first, and the plan asks to weigh every day. It tells early of water in the lungs, and it is a burden. Does it still serve them?"]])
* insert When([["('comfort-first' in goals or 'comfort-first' in states) and ('daily-weights' in goals or 'dry-weight' in goals)"]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., D, [["Named so that the person is asked; five business days: our default."]])
* insert Against(comfort-statin, supervising-provider, routine, [["Comfort first, and a statin"]], [["The person says that comfort comes first, and a statin is on the list. It helps over years. Does it still serve them? Nobody stops it on our advice."]])
* insert When([["('comfort-first' in goals or 'comfort-first' in states) and 'statin' in medicine_classes"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., V, [["CMS347 in FHIR (CMS, in cqframework/dqm-content-qicore-2025, CQL): palliative care and hospice are reasons not to give a statin. That it is asked, and two weeks: our default (D)."]])
* insert Against(comfort-checks, supervising-provider, routine, [["Comfort first, and yearly checks"]], [["The person says that comfort comes first, and a plan still asks for yearly checks, classes or an end of tobacco. Which of it do they want?"]])
* insert When([["('comfort-first' in goals or 'comfort-first' in states) and ('yearly-checks' in goals or 'self-management-education' in goals or 'kidneys-kept' in goals or 'no-tobacco' in goals)"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["Named so that the person is asked; two weeks: our default."]])

// Beside no other pathway: whoever takes an opioid.
RuleSet: OpioidConflictActions
* insert Against(opioid-sedatives, supervising-provider, urgent, [["An opioid, and another medicine that slows breathing"]], [["An opioid together with a benzodiazepine, a gabapentinoid or a barbiturate: breathing can fail. Are both needed, at which doses, and is naloxone at home? Neither is ever stopped from one day to the next."]])
* insert When([["'opioid' in medicine_classes and ('benzodiazepine' in medicine_classes or 'gabapentinoid' in medicine_classes or 'barbiturate' in medicine_classes) and ('copd' in conditions_or_concerns).not()"]])
* insert DueIn(1, business-day, now)
* insert Sourced(action[=]., V, [["CDC opioid guideline of 2022, recommendation 11, as FHIR (cqframework/opioid-cds-r4, opioidcds-11-patient-view 2022.1.0, CQL): an opioid with a benzodiazepine or another medicine that depresses the nervous system. CMS506 in FHIR (CMS): an opioid with a benzodiazepine at discharge. Gabapentinoids and barbiturates as such medicines: general knowledge (K). Theirs leaves out cancer, sickle cell disease and the end of life; here the question is asked all the same, and with lung disease by that pathway's own: our default (D)."]])
* insert Against(opioid-naloxone, supervising-provider, routine, [["An opioid, and no naloxone"]], [["An opioid, a further danger (another medicine that slows breathing, lung disease, poor kidneys, 65 years or more), and no naloxone on the list that could be read; naloxone in a tablet with buprenorphine is no rescue. Should it be at home?"]])
* insert When([["'opioid' in medicine_classes and ('naloxone' in medicines and ('buprenorphine' in medicines).not()).not() and ('comfort-first' in states).not() and ('benzodiazepine' in medicine_classes or 'gabapentinoid' in medicine_classes or 'barbiturate' in medicine_classes or 'copd' in conditions_or_concerns or egfr.where($this < 30).exists() or age.where($this >= 65).exists())"]])
* insert DueIn(5, business-day, now)
* insert Sourced(action[=]., V, [["CDC opioid guideline of 2022, recommendation 8, as FHIR (cqframework/opioid-cds-r4, opioidcds-08 2022.1.0, CQL): naloxone is offered; not at the end of life. Theirs asks for every opioid for pain that lasts; which dangers are named here, and five business days: our default (D)."]])
