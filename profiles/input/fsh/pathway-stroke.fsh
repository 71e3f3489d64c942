// After a stroke. No check-in form of its own: its signs mean 911, and are asked where blood pressure is.

RuleSet: GoalsOfStroke
* #no-second-stroke "no second stroke" "No further stroke."
* insert Plainly(no-second-stroke, [["I do not have another stroke"]])

RuleSet: ItemsOfStroke
* #stroke-teach-back "teach-back: signs of a stroke" "Teach the signs of a stroke, and hear them back."
* #rehab-referral "rehabilitation" "Referral to rehabilitation after a stroke."
* insert ByCall(stroke-teach-back, 0)
* insert Plainly(stroke-teach-back, [["We go over the signs of a stroke, and what you do then"]])
* insert Plainly(rehab-referral, [["You get help to do things for yourself again"]])

Instance: pathway-stroke
InstanceOf: PlanDefinition
Usage: #definition
* insert Pathway(pathway-stroke, PathwayStroke, "After a stroke")
* description = "Goals and interventions after a stroke. What thins the blood, and for how long, is the prescriber's."
* insert ComparisonsPathwayStroke
* purpose = "No second stroke, and as much of the old life as can be had back."
* insert For(stroke)
* insert NotForTheseFive
* insert AppliesIf(, [["'stroke' in conditions"]])
* insert Sourced(, D, [["Our choice, from general knowledge (K) of the AHA/ASA guideline of 2021 for the prevention of stroke, of which no page with the recommendations was read."]])
* insert Aim(no-second-stroke, no-second-stroke, high-priority, [["No second stroke."]])
* insert WithinDays(90)
* insert Sourced(goal[=]., D, [["Counted at 90 days: our default."]])
* insert PressureGoal(medium-priority)
* insert Sourced(goal[=]., K, [["Below 130/80 mmHg after a stroke: general knowledge (AHA/ASA 2021). Due in six months: our default (D)."]])
* insert Do(stroke-teach-back, now, Task, care-manager, urgent, [["Teach-back: signs of a stroke"]], [["Balance, eyes, face, arm, speech: any of them all of a sudden means 911 now, and the time it began. Ask the person, and whoever lives with them, to say it back."]])
* insert Serves(no-second-stroke)
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., K, [["BE FAST: general knowledge. Within two business days: our default (D)."]])
* insert Do(treatment-review, plan, Task, supervising-provider, routine, [["Review the treatment"]], [["Stroke: is something taken that keeps blood from clotting, and a statin; and if not, why? Was the rhythm of the heart looked at? What else can be changed (blood pressure, tobacco, sugar)?"]])
* insert Serves(no-second-stroke)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., K, [["Antithrombotic medicine and statin after a stroke: general knowledge (AHA/ASA 2021). By day 30: our default (D)."]])
* insert NoTobacco
* insert TobaccoHelp
* insert Do(rehab-referral, order, ServiceRequest, supervising-provider, routine, [["Referral: rehabilitation"]], [["What is hard since the stroke: walking, hands, speech, swallowing, thinking? Referral to physical, occupational or speech therapy for what can get better, unless the person has it."]])
* insert Serves(no-second-stroke)
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["Within two weeks: our default."]])
* insert Do(action-plan, now, Task, care-manager, routine, [["Symptom action plan: one page"]], [["Stroke, on the one page: the signs that mean 911, what needs a call the same day (a missed blood thinner, a fall, low mood), and the numbers to call by day and by night."]])
* insert Serves(no-second-stroke)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["A symptom action plan in every plan of care; within a week: our default."]])
* insert EveryPathway
