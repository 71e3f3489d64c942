// Chronic kidney disease without dialysis.

RuleSet: GoalsOfKidneys
* #kidneys-kept "kidneys kept" "Kidney function watched, and nothing taken that harms it."
* insert Plainly(kidneys-kept, [["My kidneys are watched, and I take nothing that harms them"]])

RuleSet: ItemsOfKidneys
* #kidney-safe-teaching "teaching: safe for the kidneys" "Teach what harms the kidneys, and what to ask before taking it."
* #nephrology-referral "kidney specialist" "Referral to a kidney specialist."
* #kidney-choices "choices ahead" "Talk about treatment if the kidneys fail: what it is, and what the person wants."
* insert ByCall(kidney-safe-teaching, 0)
* insert Plainly(kidney-safe-teaching, [["We talk about what is safe for your kidneys"]])
* insert Plainly(nephrology-referral, [["You see a kidney doctor"]])
* insert Plainly(kidney-choices, [["We talk about what you want if your kidneys get worse"]])

Instance: pathway-kidney-disease
InstanceOf: PlanDefinition
Usage: #definition
* insert Pathway(pathway-kidney-disease, PathwayKidneyDisease, "Chronic kidney disease")
* description = "Goals and interventions for chronic kidney disease without dialysis. No limit on protein, potassium or fluid unless one is ordered. Whether metformin, an SGLT2 inhibitor or a dose fits the kidneys is a question to the prescriber."
* insert ComparisonsPathwayKidneyDisease
* purpose = "Kidneys that last: tested in time, nothing taken that harms them, and no surprise if they fail."
* insert For(kidney-disease)
* insert NotForTheseFive
* insert NotFor(dialysis)
* insert AppliesIf(, [["'kidney-disease' in conditions"]])
* insert Sourced(, S, [["KDIGO 2024, guideline for the evaluation and management of chronic kidney disease, summary of graded recommendations (guidelinecentral.com) and secondary pages; our choice of interventions (D). Its systolic target below 120 mmHg is not taken: one target for all, 130, which the prescriber may lower (D)."]])
* insert Aim(kidneys-kept, kidneys-kept, medium-priority, [["Kidneys tested within 12 months, and nothing taken that harms them."]])
* insert WithinDays(90)
* insert NotBesideComfort(goal[=].)
* insert AppliesIf(goal[=]., [["('diabetes-type-2' in conditions).not()"]])
* insert Sourced(goal[=]., V, [["Not beside type 2 diabetes, whose yearly checks hold it (D). CMS951 in FHIR, Kidney Health Evaluation (National Kidney Foundation, in cqframework/dqm-content-qicore-2025): eGFR and albumin-to-creatinine ratio in urine within 12 months; it is about diabetes, and taken for all kidney disease here (D). Due in 90 days: our default (D)."]])
* insert PressureGoal(medium-priority)
* insert Sourced(goal[=]., S, [["AHA guideline of 2025, as summarized on secondary pages: below 130/80 mmHg with kidney disease too. Due in six months: our default (D)."]])
* insert KidneyTest
* insert Serves(kidneys-kept)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., V, [["CMS951 in FHIR, Kidney Health Evaluation (National Kidney Foundation): eGFR and urine albumin-to-creatinine ratio within 12 months. Compared: the two tests, their codes and the year. Ordered within 30 days: our default (D)."]])
* insert Do(kidney-safe-teaching, now, Task, care-manager, routine, [["Safe for the kidneys"]], [["Ask what is taken without a prescription. No ibuprofen, naproxen or the like without the provider; say 'kidney disease' before contrast dye or a new medicine; call on a day of vomiting or diarrhea before the next dose."]])
* insert Serves(kidneys-kept)
* insert DueIn(14, day, now)
* insert Sourced(action[=]., K, [["NSAIDs, contrast dye and loss of fluid harm kidneys: general knowledge (KDIGO on drug stewardship). Within two weeks: our default (D)."]])
* insert SickDayPlan
* insert Serves(kidneys-kept)
* insert When([["'metformin' in medicine_classes or 'sglt2-inhibitor' in medicine_classes or 'diuretic' in medicine_classes or 'ace-inhibitor' in medicine_classes or 'arb' in medicine_classes or 'arni' in medicine_classes"]])
* insert DueIn(10, day, now)
* insert Sourced(action[=]., D, [["A sick-day plan only as signed by the prescriber, within ten days: our default."]])
* insert Do(treatment-review, plan, Task, supervising-provider, routine, [["Review the treatment"]], [["Kidneys: with the newest eGFR at hand, which doses need changing, which medicines no longer fit, and which that protect the kidneys (ACE inhibitor or ARB, SGLT2 inhibitor, statin) are missing, and why?"]])
* insert Serves(kidneys-kept)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., S, [["KDIGO 2024, as summarized on secondary pages: ACE inhibitor or ARB with albumin in urine, SGLT2 inhibitor from an eGFR of 20, statin from 50 years. By day 30: our default (D)."]])
* insert Do(nephrology-referral, order, ServiceRequest, supervising-provider, routine, [["Referral: kidney specialist"]], [["eGFR below 30, albumin in urine of 300 mg/g or more, or eGFR lower by 5 or more than the time before: refer to a kidney specialist, unless the person is followed by one."]])
* insert Serves(kidneys-kept)
* insert When([["egfr.where($this < 30).exists() or urine_albumin.where($this >= 300).exists() or egfr_change.where($this <= -5).exists()"]])
* insert NotBesideComfort(action[=].)
* insert DueIn(14, day, now)
* insert Sourced(action[=]., K, [["When to refer: general knowledge (KDIGO 2012 and 2024: eGFR below 30, albumin of 300 mg/g or more, a sustained fall); source to be read. A fall by 5 between two readings, which may be noise, and two weeks, so that it does not wait behind the teaching: our default (D)."]])
* insert Do(kidney-choices, plan, Task, care-manager, routine, [["Choices ahead"]], [["Begin the talk before it is needed: what may come, what treatment there is (transplant, dialysis at home or in a center, care without dialysis), what matters to the person. Keep the veins of one arm for later: no needles there."]])
* insert Serves(kidneys-kept)
* insert When([["egfr.where($this < 20).exists()"]])
* insert DueIn(60, day, now)
* insert Sourced(action[=]., K, [["Preparing early below an eGFR of 20: general knowledge. Within 60 days: our default (D)."]])
* insert SaltTeaching
* insert Serves(blood-pressure)
* insert When([["('heart-failure' in conditions).not()"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., S, [["KDIGO 2024, summary of graded recommendations (guidelinecentral.com): sodium below 2 g a day is suggested. No figure in the plan, as in heart failure, and within two weeks: our default (D)."]])
* insert Do(action-plan, now, Task, care-manager, routine, [["Symptom action plan: one page"]], [["Kidneys, on the one page: swelling, short breath, much less urine, vomiting or diarrhea, itching and no appetite; what needs a call the same day, what means 911, and the numbers to call by day and by night."]])
* insert Serves(kidneys-kept)
* insert When([["('heart-failure' in conditions).not()"]])
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["A symptom action plan in every plan of care; where there is one for the heart, which asks for the same signs, not a second: our default."]])
* insert MedicinesOneList

// ---- check-in

RuleSet: CheckInItemsOfKidneys
* insert Asked(little-urine, "much less urine", "Passing much less urine than usual.")
* insert Symptom(no-appetite, "no appetite or itching", [["No appetite, nausea, or itching all over, that is new."]], no-appetite)

Instance: check-in-kidney-disease
InstanceOf: Questionnaire
Usage: #definition
* insert CheckIn(check-in-kidney-disease, CheckInKidneyDisease, "Check-in: chronic kidney disease")
* version = "0.1.0"
* description = "What to ask someone with chronic kidney disease between visits. 'Don't know' is no answer. Ask about thoughts of death if you have reason to; once asked, no answer counts as unanswered."
* insert Sourced(, D, [["Questions and wording are ours."]])
* insert PressureNumbers
* insert YesNo(little-urine, "Do you pass much less urine than usual?")
* insert YesNo(vomiting, "Do you have vomiting or diarrhea today?")
* insert YesNo(vomiting-over-6-hours, "Has it gone on for more than 6 hours?")
* insert YesNo(swelling, [["Is there more swelling in your feet, legs or belly?"]])
* insert YesNo(breath-at-rest, "Are you short of breath while sitting still?")
* insert YesNo(fainted, [["Did you faint, or nearly?"]])
* insert YesNo(no-appetite, [["Do you have new nausea, itching all over, or no appetite?"]])
* insert YesNo(pain-pill-or-salt-substitute, [["Did you take ibuprofen, naproxen or the like, or do you use a salt substitute?"]])
* insert SharedQuestions
* insert LastQuestions

Instance: check-in-rules-kidney-disease
InstanceOf: PlanDefinition
Usage: #definition
* insert CheckInRules(check-in-rules-kidney-disease, CheckInRulesKidneyDisease, "Check-in rules: chronic kidney disease", check-in-kidney-disease)
* version = "0.1.0"
* description = "What the answers of a check-in mean in chronic kidney disease. Rules are asked in this order."
* insert ComparisonsCheckInRulesKidneyDisease
* insert HoldsFor([["'kidney-disease' in conditions_or_concerns and ('dialysis' in conditions_or_concerns).not()"]])
* insert DoYellow(symptom, "A symptom", [["symptoms.exists()"]], D, "Our default.")
* insert DoYellow(pain-pill-or-salt-substitute, "Ibuprofen or a salt substitute", "'pain-pill-or-salt-substitute' in yes_to", K, [["From general knowledge: NSAIDs harm kidneys, salt substitutes are potassium; check against a source."]])
* insert DoRed(vomiting-long, "Vomiting or diarrhea for more than 6 hours", "'vomiting-over-6-hours' in yes_to", D, [["Our default, as in diabetes: kidneys and their medicines do not bear loss of fluid."]])
* insert DoRed(little-urine, "Much less urine than usual", "'little-urine' in yes_to", K, [["From general knowledge: acute kidney injury or a blocked bladder; check against a source."]])
* insert DoRed(low-pressure, "Systolic pressure under 90", "systolic_lowest < 90", D, [["Our default, as in heart failure."]])
* insert DoRed(very-high-pressure, "Blood pressure of 180 over 120 or more", [["systolic_highest >= 180 or diastolic_highest >= 120"]], V, [["American Heart Association, When to call 911: 180/120 or higher without symptoms is contact soon."]])
* insert Do911(breath-at-rest, "Short of breath while sitting still", "'breath-at-rest' in yes_to", D, [["Our default: fluid in the lungs until somebody has looked."]])
* insert Do911(fainted, [["Fainted, or nearly"]], "'fainted' in yes_to", K, [["From general knowledge: too much potassium stops the heart; check against a source."]])
* insert Do911(confused, "New confusion", "'confused' in yes_to", D, "Our default.")
* insert DoGreen(green-answered, "Every question answered", [["unanswered.empty()"]], D, "Our default: green needs evidence.")
