// Depression; and depression beside bipolar disorder or a psychosis, for which the first is not meant.

RuleSet: ItemsOfMood
* #phq-9-again "PHQ-9 again" "Ask the PHQ-9 again."
* #activation "small steps" "Plan small things that give pleasure or meaning, day by day."
* #therapy-referral "therapy" "Referral to psychotherapy or collaborative care."
* #mood-medicine-support "medicine for mood" "How medicine for mood is taken, and what it does."
* #alcohol-screen "screen: alcohol" "Ask about alcohol."
* #psychiatric-referral "psychiatrist" "Referral to a psychiatrist."
* insert ByCall(phq-9-again, 0)
* insert ByCall(activation, 0)
* insert ByCall(mood-medicine-support, 0)
* insert ByCall(alcohol-screen, 0)
* insert Plainly(phq-9-again, [["We ask how your mood is again"]])
* insert Plainly(activation, [["We plan small things that do you good"]])
* insert Plainly(therapy-referral, [["You talk with a therapist"]])
* insert Plainly(mood-medicine-support, [["We talk about how your medicine for mood suits you"]])
* insert Plainly(alcohol-screen, [["We ask about alcohol"]])
* insert Plainly(psychiatric-referral, [["You see a doctor for the mind"]])

RuleSet: MoodActionPlan
* insert Do(action-plan, now, Task, care-manager, routine, [["Symptom action plan: one page"]], [["Mood, on the one page, written with the person alone: signs of a bad spell, what has helped before, whom to be with, whom to call by day and by night; 988, call or text, at any hour."]])

Instance: pathway-depression
InstanceOf: PlanDefinition
Usage: #definition
* insert Pathway(pathway-depression, PathwayDepression, "Depression")
* description = "Goals and interventions for depression. Not for somebody with bipolar disorder or a psychosis: another pathway refers them. Medicine for mood is the prescriber's."
* insert ComparisonsPathwayDepression
* purpose = "Free of depression within months, and safe on the way."
* insert For(depression)
* insert NotForTheseFive
* insert AppliesIf(, [["'depression' in conditions and ('serious-mental-illness' in conditions_or_concerns).not()"]])
* insert Sourced(, V, [["CMS159 in FHIR, Depression Remission at Twelve Months (MN Community Measurement, in cqframework/dqm-content-qicore-2025, CQL): remission is a PHQ-9 below 5; bipolar disorder, schizophrenia and other psychoses are excluded. Compared: that number and those exclusions; its twelve months are not taken. Our choice of interventions (D)."]])
* insert Aim(phq-9, phq-9, high-priority, [["Mood better: PHQ-9 at least 5 lower by week 6, half of what it was and then below 5 within 4 to 8 months."]])
* insert Below(44261-6, 5, {score})
* insert WithinDays(240)
* insert Sourced(goal[=]., V, [["CMS159 in FHIR: remission is a PHQ-9 below 5. Response at least 50 percent, within 4 to 8 months, and a fall of 5 by week 6: as where a screen is positive."]])
* insert MoodAsked
* insert Do(phq-9-again, now, Task, care-manager, routine, [["PHQ-9 again"]], [["Ask the PHQ-9 of the person alone, once a month until they are well. Act on every answer above 0 to the ninth item before the contact ends."]])
* insert Serves(phq-9)
* insert When([["phq_9.exists()"]])
* insert DueIn(30, day, now)
* insert Sourced(action[=]., D, [["Once a month until response: our default."]])
* insert Do(activation, now, Task, care-manager, routine, [["Small steps"]], [["Plan two or three small things for this week that give pleasure or meaning, with a day for each; next time ask what became of them."]])
* insert Serves(phq-9)
* insert When([["phq_9.where($this >= 5).exists() or phq_9.empty()"]])
* insert DueIn(21, day, now)
* insert Sourced(action[=]., K, [["Behavioral activation: general knowledge. Within three weeks, behind what protects from lows and from sick days: our default (D)."]])
* insert Do(therapy-referral, order, ServiceRequest, supervising-provider, routine, [["Referral: therapy or collaborative care"]], [["Referral to psychotherapy or a collaborative-care program, by telephone or video where travel is hard, unless the person has it or does not want it."]])
* insert Serves(phq-9)
* insert When([["phq_9.where($this >= 10).exists()"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., S, [["PHQ-9 of 10 or more is moderate (Kroenke 2001, bands); CMS2 in FHIR (CMS, in cqframework/dqm-content-qicore-2025) counts a referral as follow-up of a positive screen (its description was read, not its logic). Within two weeks: our default (D)."]])
* insert Do(mood-medicine-support, now, Task, care-manager, routine, [["Medicine for mood"]], [["Is it taken every day? What is better, what is worse, which side effects? It takes weeks; it is never stopped from one day to the next. Wishes to stop go to the prescriber."]])
* insert Serves(phq-9)
* insert When([["'antidepressant' in medicine_classes"]])
* insert DueIn(21, day, now)
* insert Sourced(action[=]., D, [["Contact about medicine every two weeks until response; the first within three, behind what protects from lows and from sick days: our default."]])
* insert Do(mood-start-call, now, Task, care-manager, urgent, [["Call after starting medicine for mood"]], [["Medicine for mood was first recorded in the last four weeks. Call: is it taken, what troubles, is there new restlessness, agitation or sleeplessness, are there thoughts of death? New or worse thoughts of death go to the provider now. Call again in two weeks until it helps."]])
* insert Serves(phq-9)
* insert When([["antidepressant_started_days.where($this <= 28).exists()"]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., S, [["Labels of antidepressants, as summarized on secondary pages (mayoclinic.org): watched closely in the first weeks for suicidal thoughts, up to 24 years above all. A public guide after NICE: seen after two weeks, after one where the risk is higher. One call within a week for everybody: our default (D)."]])
* insert Do(treatment-review, plan, Task, supervising-provider, routine, [["Review the treatment"]], [["Mood: four weeks or more after medicine was first recorded, the PHQ-9 is 10 or more and not 5 lower than its highest of 90 days. Is it taken, is the dose right, is something else needed?"]])
* insert Serves(phq-9)
* insert When([["antidepressant_started_days.where($this >= 28 and $this <= 84).exists() and phq_9 >= 10 and behavioural_age_days <= 35 and phq_9_highest_90_days - phq_9 < 5"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["A fall of less than 5 at four to six weeks: clinical practice, depression (D/K). Looked at until week 12, and within two weeks: our default. A public guide after NICE: little improvement after three to four weeks asks for more support or another treatment (S)."]])
* insert Do(alcohol-screen, now, Task, care-manager, routine, [["Screen: alcohol"]], [["Ask about alcohol (AUDIT-C), with the person alone: it deepens depression and does not go with some medicines."]])
* insert Serves(phq-9)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., D, [["Within 30 days: our default."]])
* insert MoodActionPlan
* insert Serves(phq-9)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["A symptom action plan in every plan of care; within a week: our default. 988: Suicide and Crisis Lifeline."]])
* insert MedicinesOneList


Instance: pathway-depression-specialist
InstanceOf: PlanDefinition
Usage: #definition
* insert Pathway(pathway-depression-specialist, PathwayDepressionSpecialist, "Depression beside bipolar disorder or psychosis")
* description = "For depression beside bipolar disorder or a psychosis, on record or suspected: a psychiatrist, not the depression pathway, whose advice may harm here."
* insert ComparisonsPathwayDepressionSpecialist
* purpose = "Seen by somebody who treats both, and safe until then."
* insert For(depression)
* insert NotForTheseFive
* insert AppliesIf(, [["'depression' in conditions and 'serious-mental-illness' in conditions_or_concerns"]])
* insert Sourced(, V, [["CMS159 in FHIR, Depression Remission at Twelve Months (MN Community Measurement): bipolar disorder, schizophrenia and other psychoses are excluded. To refer: our default (D)."]])
* insert Do(psychiatric-referral, order, ServiceRequest, supervising-provider, urgent, [["Referral: psychiatrist"]], [["Depression beside bipolar disorder or a psychosis. Refer to a psychiatrist, or make sure that the one who follows the person knows of the depression."]])
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Within a week: our default."]])
* insert MoodActionPlan
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["A symptom action plan in every plan of care; within a week: our default. 988: Suicide and Crisis Lifeline."]])
* insert MedicinesOneList

// ---- check-in

RuleSet: CheckInItemsOfMood
* insert Asked(cannot-stay-safe, "cannot stay safe", "Not sure of staying safe today.")
* insert Asked(stopped-mood-medicine, "stopped medicine for mood", [["Medicine for mood was stopped, or not taken for some days."]])
* insert Asked(unusually-high, "unusually high or sleepless", [["Unusually high, fast or irritable, with little need of sleep."]])
* insert Asked(hears-or-sees, "hears or sees things", [["Hears or sees things that others do not."]])
* insert Symptom(mood-worse, "mood worse", "Mood worse than at the last contact.", mood-worse)
* insert Symptom(mood-side-effects, "side effects of medicine for mood", "Medicine for mood troubles the person.", mood-side-effects)

RuleSet: MoodQuestions
* insert YesNo(cannot-stay-safe, "Are you not sure that you can stay safe today?")
* insert YesNo(mood-worse, "Is your mood worse than when we last talked?")
* insert YesNo(stopped-mood-medicine, [["Did you stop medicine for your mood, or not take it for some days?"]])
* insert YesNo(mood-side-effects, "Does medicine for your mood trouble you?")
* insert YesNo(unusually-high, [["Do you feel unusually high, fast or irritable, with little need of sleep?"]])
* insert YesNo(hears-or-sees, "Do you hear or see things that others do not?")

Instance: check-in-depression
InstanceOf: Questionnaire
Usage: #definition
* insert CheckIn(check-in-depression, CheckInDepression, "Check-in: depression")
* version = "0.1.0"
* description = "What to ask someone with depression between visits, beside the PHQ-9. 'Don't know' is no answer. Ask about thoughts of death; once asked, no answer counts as unanswered. It clears nobody: the PHQ-9 does not either."
* insert Sourced(, D, [["Questions and wording are ours, after the table of clinical practice: medicine, side effects, mood too high, safety."]])
* insert MoodQuestions
* insert SharedQuestions
* insert LastQuestions

Instance: check-in-rules-depression
InstanceOf: PlanDefinition
Usage: #definition
* insert CheckInRules(check-in-rules-depression, CheckInRulesDepression, "Check-in rules: depression", check-in-depression)
* version = "0.1.0"
* description = "What the answers of a check-in mean in depression. Thoughts of death are judged for everybody, by the safety rules. Rules are asked in this order."
* insert HoldsFor("'depression' in conditions_or_concerns")
* insert DoYellow(symptom, "A symptom", [["symptoms.exists()"]], D, [["Our default: worse mood or side effects."]])
* insert DoYellow(moderate-untreated, [["PHQ-9 of 10 to 19 in the last 35 days, and no medicine for mood"]], [["phq_9 >= 10 and behavioural_age_days <= 35 and ('antidepressant' in classes_perhaps_taken).not() and medicine_count.exists()"]], K, [["From general knowledge: moderate depression without treatment; therapy alone is treatment too, so that the call may settle it."]])
* insert DoYellow(treatment-without-effect, [["PHQ-9 of 10 or more, and not 5 lower four weeks after medicine for mood was started"]], [["antidepressant_started_days >= 28 and antidepressant_started_days <= 84 and phq_9 >= 10 and behavioural_age_days <= 35 and phq_9_highest_90_days - phq_9 < 5"]], D, [["Clinical practice, depression: a fall of less than 5 at four to six weeks (D/K). Looked at until week 12: our default."]])
* insert DoRed(stopped-mood-medicine, "Medicine for mood was stopped at once", "'stopped-mood-medicine' in yes_to", K, [["From general knowledge: an abrupt stop brings withdrawal and relapse; the same day: our default (D)."]])
* insert DoRed(unusually-high, "Unusually high or sleepless", "'unusually-high' in yes_to", K, [["From general knowledge: mania, which antidepressants can bring on; the same day: our default (D)."]])
* insert DoRed(hears-or-sees, "Hears or sees things", "'hears-or-sees' in yes_to", K, [["From general knowledge: psychosis, or delirium; the same day: our default (D)."]])
* insert DoRed(severe, "PHQ-9 of 20 or more in the last 14 days", [["phq_9 >= 20 and behavioural_age_days <= 14"]], V, [["PHQ-9 of 20 or more is severe (Kroenke 2001, bands); the same day, and that an older score does not count: our default (D)."]])
* insert DoRed(rise, [["PHQ-9 up by 5 or more, to 15 or more, in the last 14 days"]], [["phq_9_change >= 5 and phq_9 >= 15 and behavioural_age_days <= 14"]], D, [["Clinical practice, rule 30: our default."]])
* insert Do911(cannot-stay-safe, "Not sure of staying safe", "'cannot-stay-safe' in yes_to", V, [["Columbia triage guidance, as in the safety rules: somebody who cannot stay safe is not left alone. 988 and 911."]])
* insert Do911(confused, "New confusion", "'confused' in yes_to", D, "Our default.")
* insert DoGreen(green-answered, "Every question answered", [["unanswered.empty()"]], D, "Our default: green needs evidence.")
