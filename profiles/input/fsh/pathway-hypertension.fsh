// High blood pressure: goal, items, check-in and its rules. Medicine and its doses are the prescriber's.

RuleSet: ItemsOfPressure
* #home-cuff "blood pressure cuff" "A blood pressure cuff at home."
* #pressure-teach-back "teach-back: blood pressure" "Show how blood pressure is measured at home, and watch it being done."
* #stand-up-pressure "blood pressure on standing up" "Blood pressure lying or sitting, and after standing up."
* insert ByCall(pressure-teach-back, 0)
* insert Plainly(home-cuff, [["You get a blood pressure cuff at home"]])
* insert Plainly(pressure-teach-back, [["You show us how you measure your blood pressure"]])
* insert Plainly(stand-up-pressure, [["We measure your blood pressure when you stand up"]])

// Of several pathways, in the same words.
RuleSet: StandUpPressure
* insert Do(stand-up-pressure, plan, Task, care-manager, routine, [["Blood pressure on standing up"]], [["Measure after five minutes at rest, and again one and three minutes after standing up, and ask about dizziness. A fall of 20 mmHg of the upper number, of 10 mmHg of the lower one, or dizziness goes to the provider before anything else is changed."]])
* insert DueIn(30, day, now)
* insert Sourced(action[=]., K, [["20 and 10 mmHg within three minutes of standing: the usual definition, from general knowledge; source to be found. Within 30 days: our default (D)."]])

Instance: pathway-hypertension
InstanceOf: PlanDefinition
Usage: #definition
* insert Pathway(pathway-hypertension, PathwayHypertension, "High blood pressure")
* description = "Goal and interventions for high blood pressure. One target for everybody here, as with diabetes; the prescriber signs it and may set another, above all for somebody frail, dizzy or falling."
* insert ComparisonsPathwayHypertension
* purpose = "Fewer strokes and heart attacks over the years, at a blood pressure the person feels well with."
* insert For(hypertension)
* insert NotForTheseFive
* insert NotFor(dialysis)
* insert AppliesIf(, [["'hypertension' in conditions"]])
* insert Sourced(, S, [["AHA/ACC multisociety guideline of 2025, as summarized on secondary pages: below 130/80 mmHg for most adults, measurement at home, individual targets in frailty. Our choice of interventions (D)."]])
* insert PressureGoal(medium-priority)
* insert Sourced(goal[=]., S, [["AHA/ACC multisociety guideline of 2025, as summarized on secondary pages: below 130/80 mmHg for most adults with hypertension. That it must be tolerated, and due in six months: our default (D)."]])
* insert Do(home-cuff, order, DeviceRequest, supervising-provider, routine, [["A blood pressure cuff at home"]], [["An automatic upper-arm cuff of the right size, on a list of validated ones, unless there is one."]])
* insert Serves(blood-pressure)
* insert NotBesideComfort(action[=].)
* insert DueIn(14, day, now)
* insert Sourced(action[=]., S, [["AHA/ACC guideline of 2025, as summarized on secondary pages: validated automatic upper-arm monitors. Within two weeks: our default (D)."]])
* insert Do(pressure-teach-back, now, Task, care-manager, routine, [["Teach-back: blood pressure at home"]], [["Seated five minutes, back supported, feet flat, arm at heart level, nothing said; two readings a minute apart, morning and evening, written down for a week. Watch the person do it. Ask which pills are left out, and why."]])
* insert Serves(blood-pressure)
* insert NotBesideComfort(action[=].)
* insert DueIn(14, day, now)
* insert Sourced(action[=]., S, [["Measurement as summarized on secondary pages of the AHA guideline of 2025: seated five minutes, back supported, feet flat, arm at heart level. Twice a day for a week: general knowledge (K). Within two weeks: our default (D)."]])
* insert SaltTeaching
* insert Serves(blood-pressure)
* insert When([["('heart-failure' in conditions).not()"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., S, [["Low-sodium diet among the measures for all with hypertension: ACC/AHA guideline of 2017, as summarized on secondary pages. Within two weeks: our default (D)."]])
* insert Do(treatment-review, plan, Task, supervising-provider, routine, [["Review the treatment"]], [["Blood pressure: the newest upper number is 140 or more, or the lower one 90 or more. Is it so at home too? Are the pills taken? What raises it (pain relievers, salt, alcohol, sleep apnea)? Then the prescriber decides about the medicine."]])
* insert Serves(blood-pressure)
* insert When([["systolic.where($this >= 140).exists() or diastolic.where($this >= 90).exists()"]])
* insert DueIn(28, day, now)
* insert Sourced(action[=]., V, [["CMS22 in FHIR, Preventive Care and Screening: Screening for High Blood Pressure and Follow-Up Documented (CMS, in cqframework/dqm-content-qicore-2025, CQL): a second reading of 140/90 or more asks for interventions or a referral. Compared: the limits. Within four weeks: our default (D)."]])
* insert NoTobacco
* insert TobaccoHelp
* insert StandUpPressure
* insert Serves(blood-pressure)
* action[=].condition.kind = #applicability
* action[=].condition.expression.language = #text/fhirpath
* action[=].condition.expression.expression = "age.where($this >= 65).exists() or 'falls' in conditions_or_concerns or 'low-pressure' in conditions_or_concerns"
* insert Do(action-plan, now, Task, care-manager, routine, [["Symptom action plan: one page"]], [["Blood pressure, on the one page: which numbers are usual for this person, which need a call the same day, which signs mean 911 (chest pain, weakness on one side, trouble speaking or seeing, the worst headache), and the numbers to call by day and by night."]])
* insert Serves(blood-pressure)
* insert When([["('heart-failure' in conditions).not() and ('stroke' in conditions).not()"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["A symptom action plan in every plan of care, but one page for the heart and the vessels, not two: our default."]])
* insert MedicinesOneList

// ---- check-in

RuleSet: CheckInItemsOfPressure
* insert Asked(stroke-signs, "signs of a stroke", [["Weakness on one side, a drooping face, trouble speaking or seeing."]])
* insert Symptom(bad-headache, "bad headache", [["A headache that is much worse than usual."]], bad-headache)
* insert Asked(missed-pressure-pills, "missed blood pressure pills", [["Blood pressure pills were missed."]])

RuleSet: PressureNumbers
* insert Number(systolic, LNC, 8480-6, [["Blood pressure, the upper number"]])
* insert Unit(mm[Hg], "mmHg")
* insert FilledFrom(12, [["A blood pressure of the last 12 hours: our default."]])
* insert Number(diastolic, LNC, 8462-4, [["Blood pressure, the lower number"]])
* insert Unit(mm[Hg], "mmHg")
* insert FilledFrom(12, [["A blood pressure of the last 12 hours: our default."]])

// What no other form asks.
RuleSet: PressureQuestions
* insert YesNo(stroke-signs, [["Is there new weakness on one side, a drooping face, or trouble speaking or seeing?"]])
* insert YesNo(bad-headache, [["Do you have a headache that is much worse than usual?"]])
* insert YesNo(missed-pressure-pills, [["Did you miss blood pressure pills in the last few days?"]])

Instance: check-in-hypertension
InstanceOf: Questionnaire
Usage: #definition
* insert CheckIn(check-in-hypertension, CheckInHypertension, "Check-in: high blood pressure")
* version = "0.1.0"
* description = "What to ask someone with high blood pressure between visits. 'Don't know' is no answer. Ask about thoughts of death if you have reason to; once asked, no answer counts as unanswered."
* insert Sourced(, D, [["Questions and wording are ours, after the American Heart Association's advice on when to call 911 for high blood pressure."]])
* insert PressureNumbers
* insert PressureQuestions
* insert YesNo(chest-pain, "Do you have chest pain or pressure?")
* insert YesNo(dizzy, "Are you dizzy or lightheaded?")
* insert YesNo(fainted, [["Did you faint, or nearly?"]])
* insert SharedQuestions
* insert LastQuestions

Instance: check-in-rules-hypertension
InstanceOf: PlanDefinition
Usage: #definition
* insert CheckInRules(check-in-rules-hypertension, CheckInRulesHypertension, "Check-in rules: high blood pressure", check-in-hypertension)
* version = "0.1.0"
* description = "What the answers of a check-in mean in high blood pressure. Green does not need a number: it says that nothing is urgent, and never that the goal is reached. Rules are asked in this order."
* insert ComparisonsCheckInRulesHypertension
* insert HoldsFor("'hypertension' in conditions_or_concerns")
* insert DoYellow(symptom, "A symptom", [["symptoms.exists()"]], D, "Our default.")
* insert DoYellow(missed-pressure-pills, "Blood pressure pills were missed", "'missed-pressure-pills' in yes_to", D, "Our default.")
* insert DoYellow(raised-pressure, "Blood pressure of 160 over 100 or more", [["systolic_highest >= 160 or diastolic_highest >= 100"]], D, [["Our default, as in heart failure; BEAT-HF (Trials 2014;15:124) alerts above 160 with symptoms."]])
* insert DoYellow(low-and-dizzy, [["Upper number under 110, and dizzy"]], [["systolic_lowest < 110 and 'dizzy' in yes_to"]], D, [["Our default: the pills may be too strong."]])
* insert DoRed(low-pressure, "Systolic pressure under 90", "systolic_lowest < 90", V, [["BEAT-HF (Trials 2014;15:124), table 1: alert at under 90 with symptoms and under 80 without; for all at 90: our default (D)."]])
* insert DoRed(fainted, [["Fainted, or nearly"]], "'fainted' in yes_to", D, [["Our default: an emergency where the heart failure form asks it."]])
* insert DoRed(very-high-pressure, "Blood pressure of 180 over 120 or more", [["systolic_highest >= 180 or diastolic_highest >= 120"]], V, [["American Heart Association, When to call 911: 180/120 or higher without symptoms is contact soon."]])
* insert Do911(very-high-pressure-and-ill, [["Blood pressure of 180 over 120 or more, with a symptom"]], [["(systolic_highest >= 180 or diastolic_highest >= 120) and symptoms_perhaps.exists()"]], V, [["American Heart Association, When to call 911: 180/120 or higher with symptoms is an emergency."]])
* insert Do911(stroke-signs, "Signs of a stroke", "'stroke-signs' in yes_to", V, [["American Heart Association, When to call 911: weakness, trouble speaking, change in vision."]])
* insert Do911(chest-pain, "Chest pain or pressure", "'chest-pain' in yes_to", V, [["American Heart Association, When to call 911: chest pain."]])
* insert Do911(confused, "New confusion", "'confused' in yes_to", D, "Our default.")
* insert DoGreen(green-answered, "Every question answered", [["unanswered.empty()"]], D, "Our default: green needs evidence.")
