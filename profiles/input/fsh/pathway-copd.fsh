// Chronic obstructive lung disease: goals, items, facts, check-in and its rules, all in this file.
// Inserted by name into the code systems that hold them.

RuleSet: GroupsOfLungs
* #copd ^property[2].code = #words
* #copd ^property[2].valueString = "copd; chronic obstructive lung disease; chronic obstructive pulmonary disease; emphysema; chronic bronchitis; epoc"
* #copd-flare-up "flare-up of chronic obstructive lung disease" "Chronic obstructive lung disease that has just gotten worse, or with an infection."
* #tobacco-use "tobacco use" "Smokes, or uses tobacco in another way."
* #tobacco-use ^property[0].code = #words
* #tobacco-use ^property[0].valueString = "smoker; current smoker; tobacco user; nicotine dependence; tobacco use"

// Inserted into ConceptMap condition-groups: SNOMED CT, then ICD-10-CM.
RuleSet: SnomedOfLungs
* group[0].element[+].code = #195951007
* group[0].element[=].target[0].code = #copd
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[1].code = #copd-flare-up
* group[0].element[=].target[1].equivalence = #subsumes
* insert Sourced(group[0].element[=]., K, "Acute exacerbation of chronic obstructive airways disease: from general knowledge; not found in a public list with names.")
* group[0].element[+].code = #110483000
* group[0].element[=].target[0].code = #tobacco-use
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #77176002
* group[0].element[=].target[0].code = #tobacco-use
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #449868002
* group[0].element[=].target[0].code = #tobacco-use
* group[0].element[=].target[0].equivalence = #subsumes

RuleSet: IcdOfLungs
* group[1].element[+].code = #J44.0
* group[1].element[=].target[0].code = #copd
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #copd-flare-up
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[+].code = #J44.1
* group[1].element[=].target[0].code = #copd
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #copd-flare-up
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[+].code = #Z72.0
* group[1].element[=].target[0].code = #tobacco-use
* group[1].element[=].target[0].equivalence = #subsumes

RuleSet: FactsOfLungs
* insert Fact(oxygen_saturation, "newest oxygen saturation", newest, [["The newest oxygen saturation of 30 days, in percent."]])
* insert Reads(oxygen_saturation, oxygen-saturation)
* insert LooksBack(oxygen_saturation, 30)
* insert Fact(oxygen_lowest, "lowest oxygen saturation given", answered-lowest, "The lowest that the oxygen saturation given in this check-in can be.")
* insert Reads(oxygen_lowest, oxygen-saturation)
* insert Fact(copd_flare_ups_12_months, "flare-ups in a year", conditions, "On how many days of the last year a flare-up of chronic obstructive lung disease began.")
* insert CountsEvents(copd_flare_ups_12_months, "copd-flare-up", 365)
* insert Fact(copd_stays_12_months, "stays for the lungs in a year", stays, "How many stays of the last year were for chronic obstructive lung disease.")
* insert CountsEvents(copd_stays_12_months, "copd copd-flare-up", 365)
* insert Fact(copd_emergency_visits_12_months, "emergency visits for the lungs in a year", emergency-visits, "How many emergency visits of the last year were for chronic obstructive lung disease.")
* insert CountsEvents(copd_emergency_visits_12_months, "copd copd-flare-up", 365)

RuleSet: GoalsOfLungs
* #no-flare-up "no flare-up of the lungs" "No flare-up of chronic obstructive lung disease that needs a hospital."
* #no-tobacco "no tobacco" "Uses no tobacco."
* insert Plainly(no-flare-up, [["I do not have to go to the hospital for my lungs"]])
* insert Plainly(no-tobacco, [["I live without tobacco"]])

RuleSet: ItemsOfLungs
* #inhaler-teach-back "teach-back: inhalers" "Show how each inhaler is used, and watch it being done."
* #flare-up-plan "plan for a flare-up" "What to start at the first signs of a flare-up, written by the prescriber."
* #pulmonary-rehab-referral "pulmonary rehabilitation" "Referral to pulmonary rehabilitation."
* #oxygen-assessment "assessment for oxygen" "Whether oxygen at home is needed."
* #tobacco-help "help to stop tobacco" "Advice, a quitline and medicine to stop tobacco."
* insert ByCall(inhaler-teach-back, 0)
* insert ByCall(tobacco-help, 0)
* insert Plainly(inhaler-teach-back, [["You show us how you use each inhaler"]])
* insert Plainly(flare-up-plan, [["Your provider writes down what to do when your breathing gets worse"]])
* insert Plainly(pulmonary-rehab-referral, [["You go to a class to make your breathing easier"]])
* insert Plainly(oxygen-assessment, [["You are tested for oxygen at home"]])
* insert Plainly(tobacco-help, [["We help you to stop smoking"]])

RuleSet: ByCall(code, n)
* #{code} ^property[{n}].code = #byCall
* #{code} ^property[{n}].valueBoolean = true

Instance: pathway-copd
InstanceOf: PlanDefinition
Usage: #definition
* insert Pathway(pathway-copd, PathwayCopd, "Chronic obstructive lung disease")
* description = "Goals and interventions for chronic obstructive lung disease. Inhalers, oxygen and medicine for a flare-up are the prescriber's."
* insert ComparisonsPathwayCopd
* purpose = "Fewer flare-ups, and breath enough for what matters to the person: inhalers used well, changes noticed early, no tobacco."
* insert For(copd)
* insert NotForTheseFive
* insert AppliesIf(, [["'copd' in conditions"]])
* insert Sourced(, D, [["Our choice, after the zones of published action plans (American Lung Association, PeaceHealth, HealthLink BC) and, from general knowledge (K), the GOLD report."]])
* insert Aim(no-flare-up, no-flare-up, high-priority, [["No flare-up that needs a hospital: none in 90 days."]])
* insert WithinDays(90)
* insert Sourced(goal[=]., D, [["Counted at 90 days, as for heart failure: our default."]])
* insert NoTobacco
* insert Do(inhaler-teach-back, now, Task, care-manager, urgent, [["Teach-back: inhalers"]], [["Go through every inhaler: what it is for, how often, how it is used. Watch the person use it, correct one step at a time, and watch again. Which one is the rescue inhaler, and how many puffs are left?"]])
* insert Serves(no-flare-up)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., K, [["That technique is shown and watched again: general knowledge (GOLD report). Within a week: our default (D)."]])
* insert Do(action-plan, now, Task, care-manager, routine, [["Symptom action plan: one page"]], [["Lungs, on the one page: what is usual for this person (breath, cough, mucus, oxygen), what needs a call the same day, what means 911, and the numbers to call by day and by night."]])
* insert Serves(no-flare-up)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., V, [["Action plans in three zones: American Lung Association (as described by BayCare), PeaceHealth, HealthLink BC. Within a week: our default (D)."]])
* insert Do(flare-up-plan, order, ServiceRequest, supervising-provider, routine, [["Plan for a flare-up, signed by the prescriber"]], [["The prescriber writes down which medicine, if any, is started at the first signs of a flare-up, for how long, and when to come in. Nothing is started on our advice before this plan is signed."]])
* insert Serves(no-flare-up)
* insert DueIn(14, day, now)
* insert Sourced(action[=]., V, [["PeaceHealth, COPD Action Plan: for each zone ask the doctor what type and what amount of medicine. Within two weeks: our default (D)."]])
* insert Do(treatment-review, plan, Task, supervising-provider, routine, [["Review the treatment"]], [["Lungs: after a flare-up, is the daily inhaler the right one, and taken? Is oxygen needed, or no longer? What brings the flare-ups on?"]])
* insert Serves(no-flare-up)
* insert When([["copd_flare_ups_12_months.where($this >= 1).exists() or copd_stays_12_months.where($this >= 1).exists() or copd_emergency_visits_12_months.where($this >= 1).exists()"]])
* insert DueIn(30, day, now)
* insert Sourced(action[=]., K, [["That a flare-up asks for a review: general knowledge (GOLD report). By day 30: our default (D)."]])
* insert Do(oxygen-assessment, order, ServiceRequest, supervising-provider, urgent, [["Oxygen: is it needed at home?"]], [["The newest oxygen saturation on record is 88 percent or lower. The prescriber checks it again at rest and decides about oxygen at home. More oxygen than ordered can be dangerous."]])
* insert Serves(no-flare-up)
* insert When([["oxygen_saturation.where($this <= 88).exists()"]])
* insert DueIn(3, business-day, now)
* insert Sourced(action[=]., V, [["Medicare, home use of oxygen (NCD 240.2), group I, as in PMC2648117 table 1: saturation of 88 percent or lower at rest. Three business days: our default (D)."]])
* insert Do(pulmonary-rehab-referral, order, ServiceRequest, supervising-provider, routine, [["Referral: pulmonary rehabilitation"]], [["Referral to pulmonary rehabilitation, if the prescriber finds it safe now and the person can get there."]])
* insert Serves(no-flare-up)
* insert When([["('heart-failure' in conditions).not()"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., D, [["Within 30 days. Not beside heart failure, whose pathway asks for cardiac rehabilitation: nobody goes to two programs. Our default."]])
* insert TobaccoHelp
* insert Do(follow-up-visit, now, Appointment, care-manager, urgent, [["Visit within 7 days of discharge"]], [["Book a visit at most 7 days after discharge, and make sure the person knows when, where and how they get there."]])
* insert When([["days_since_discharge.where($this <= 7).exists() and booked_visit_days.where($this <= 7).exists().not()"]])
* insert DueIn(7, day, discharge)
* insert Sourced(action[=]., D, [["As for heart failure: our default."]])
* insert EveryPathway

// ---- check-in

RuleSet: CheckInItemsOfLungs
* insert Asked(cannot-speak, "too breathless to speak", "Too breathless to say a whole sentence.")
* insert Asked(blue-lips, "blue lips or fingers", [["Lips, face or fingers blue or gray."]])
* insert Asked(hard-to-wake, "unusually sleepy", [["Unusually sleepy, or hard to wake."]])
* insert Asked(coughing-blood, "coughing blood", "Coughing up blood.")
* insert Symptom(more-mucus, "more mucus", [["More mucus than usual, or thicker."]], more-mucus)
* insert Symptom(mucus-color, "mucus changed color", [["Mucus has turned yellow, green or brown."]], mucus-color)
* insert Symptom(cough-or-wheeze, "more cough or wheeze", [["More cough, wheeze or tightness than usual."]], cough-or-wheeze)
* insert Symptom(fever, "fever or chills", "Fever or chills.", fever)
* insert Asked(rescue-inhaler, "rescue inhaler more often", "The rescue inhaler is needed more often than usual.")
* insert Asked(missed-inhaler, "missed inhaler or oxygen", [["A daily inhaler or oxygen was missed, or is running out."]])

// Breath is asked in the words of the heart failure form: one question, one answer.
RuleSet: LungQuestions
* insert Number(oxygen-saturation, LNC, 59408-5, [["Oxygen on the finger, if you have just measured it"]])
* insert Unit(%, "percent")
* insert FilledFrom(12, [["An oxygen saturation of the last 12 hours: our default."]])
* insert YesNo(cannot-speak, "Are you too short of breath to say a whole sentence?")
* insert YesNo(blue-lips, [["Are your lips, face or fingers blue or gray?"]])
* insert YesNo(hard-to-wake, [["Are you unusually sleepy (or: is the person hard to wake)?"]])
* insert YesNo(breath-at-rest, "Are you short of breath while sitting still?")
* insert YesNo(breath-walking, "Are you more short of breath than usual when walking or climbing stairs?")
* insert YesNo(chest-pain, "Do you have chest pain or pressure?")
* insert YesNo(coughing-blood, "Do you cough up blood?")
* insert YesNo(more-mucus, [["Do you have more mucus than usual, or is it thicker?"]])
* insert YesNo(mucus-color, [["Has your mucus turned yellow, green or brown?"]])
* insert YesNo(cough-or-wheeze, [["Do you cough or wheeze more than usual, or does your chest feel tight?"]])
* insert YesNo(fever, "Do you have fever or chills?")
* insert YesNo(rescue-inhaler, "Do you need your rescue inhaler more often than usual?")
* insert YesNo(missed-inhaler, [["Did you miss a daily inhaler or your oxygen in the last few days, or are you running out?"]])

Instance: check-in-copd
InstanceOf: Questionnaire
Usage: #definition
* insert CheckIn(check-in-copd, CheckInCopd, "Check-in: chronic obstructive lung disease")
* version = "0.1.0"
* description = "What to ask someone with chronic obstructive lung disease between visits. 'Don't know' is no answer. Ask about thoughts of death if you have reason to; once asked, no answer counts as unanswered."
* insert Sourced(, D, [["Questions after the zones of published action plans (American Lung Association as described by BayCare, PeaceHealth, HealthLink BC); wording and choice are ours."]])
* insert LungQuestions
* insert SharedQuestions
* insert LastQuestions

Instance: check-in-rules-copd
InstanceOf: PlanDefinition
Usage: #definition
* insert CheckInRules(check-in-rules-copd, CheckInRulesCopd, "Check-in rules: chronic obstructive lung disease", check-in-copd)
* version = "0.1.0"
* description = "What the answers of a check-in mean in chronic obstructive lung disease. Many are short of breath while sitting on their best days, so that alone is red-urgent here and no 911. Rules are asked in this order."
* insert ComparisonsCheckInRulesCopd
* insert HoldsFor("'copd' in conditions_or_concerns")
* insert DoYellow(symptom, "A symptom", [["symptoms.exists()"]], V, [["PeaceHealth and HealthLink BC, COPD Action Plan, yellow zone: more cough or mucus, new or worse trouble breathing, fever."]])
* insert DoYellow(rescue-inhaler, "The rescue inhaler is needed more often", "'rescue-inhaler' in yes_to", V, [["PeaceHealth and HealthLink BC, COPD Action Plan, yellow zone: quick-relief medicines needed more often."]])
* insert DoYellow(missed-inhaler, "A daily inhaler or oxygen was missed or is running out", "'missed-inhaler' in yes_to", D, "Our default.")
* insert DoYellow(oxygen-low, "Oxygen of 88 or 89 percent", [["oxygen_lowest >= 88 and oxygen_lowest < 90"]], D, [["Our default: inside the target of 88 to 92 percent for those who retain carbon dioxide (NEWS2, scale 2), below that of all others; which holds for this person, the prescriber knows."]])
* insert DoRed(two-signs-of-a-flare-up, [["2 or more of: worse breath, more mucus, mucus of another color"]], [["symptoms_perhaps.intersect('worse-breath' | 'more-mucus' | 'mucus-color').count() >= 2"]], S, [["Anthonisen, as cited on secondary pages: more breathlessness, more mucus and mucus like pus are the chief signs of a flare-up. That two of them are called about the same day: our default (D)."]])
* insert DoRed(fever-and-breath, [["Fever, and worse breath"]], [["'fever' in yes_to and 'worse-breath' in symptoms_perhaps"]], D, "Our default.")
* insert DoRed(breath-at-rest, "Short of breath while sitting still", "'breath-at-rest' in yes_to", D, [["Our default: an emergency only with another sign, because some are so on their best days. With heart failure it is one."]])
* insert DoRed(oxygen-very-low, "Oxygen of 84 to 87 percent", [["oxygen_lowest < 88"]], V, [["NEWS2 (Royal College of Physicians 2017), scale 2: 88 to 92 percent scores 0, 86 to 87 scores 1, 84 to 85 scores 2. Used for one reading at home: our default (D)."]])
* insert Do911(oxygen-extreme, "Oxygen of 83 percent or lower", "oxygen_lowest < 84", V, [["NEWS2 (Royal College of Physicians 2017), scale 2: 83 percent or lower scores 3, the highest. Used for one reading at home: our default (D)."]])
* insert Do911(cannot-speak, "Too short of breath to say a sentence", "'cannot-speak' in yes_to", V, [["Published action plans, red zone: very short of breath, get emergency care (PeaceHealth)."]])
* insert Do911(blue-lips, "Blue or gray lips or fingers", "'blue-lips' in yes_to", S, [["Seen on one page on action plans: lips or fingernails turning blue or gray, call 911."]])
* insert Do911(hard-to-wake, "Unusually sleepy or hard to wake", "'hard-to-wake' in yes_to", S, [["Seen on one page on action plans: drowsiness. Sleepiness may be retained carbon dioxide (K)."]])
* insert Do911(confused, "New confusion", "'confused' in yes_to", V, [["PeaceHealth, COPD Action Plan, red zone: confused, get emergency care right away."]])
* insert Do911(chest-pain, "Chest pain or pressure", "'chest-pain' in yes_to", V, [["PeaceHealth, COPD Action Plan, red zone: chest pain, get emergency care right away."]])
* insert Do911(coughing-blood, "Coughing up blood", "'coughing-blood' in yes_to", V, [["PeaceHealth, COPD Action Plan, red zone: coughing up blood; American Lung Association, as described by BayCare."]])
* insert DoGreen(green-answered, "Every question answered", [["unanswered.empty()"]], D, "Our default: green needs evidence.")
