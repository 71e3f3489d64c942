// Falls and function.

RuleSet: GoalsOfFalls
* #no-falls "no falls" "No fall."
* insert Plainly(no-falls, [["I do not fall"]])

RuleSet: ItemsOfFalls
* #falls-teach-back "teach-back: after a fall" "What to do after a fall, and how to get up."
* #home-safety "safe at home" "Look for what makes people fall at home."
* #physical-therapy-referral "physical therapy" "Referral to physical therapy for strength and balance."
* #vision-check "eyes checked" "Whether the person sees well enough, and their glasses fit."
* insert ByCall(falls-teach-back, 0)
* insert ByCall(home-safety, 0)
* insert Plainly(falls-teach-back, [["We go over what to do if you fall"]])
* insert Plainly(home-safety, [["We go over what could make you trip at home"]])
* insert Plainly(physical-therapy-referral, [["You get exercises for strength and balance"]])
* insert Plainly(vision-check, [["You have your eyes and glasses checked"]])

Instance: pathway-falls
InstanceOf: PlanDefinition
Usage: #definition
* insert Pathway(pathway-falls, PathwayFalls, "Falls and function")
* description = "Goal and interventions for somebody of 65 or more who has fallen. Medicines are the prescriber's."
* insert ComparisonsPathwayFalls
* purpose = "No fall that harms, and as much done by oneself as is safe."
* insert For(falls)
* insert NotForTheseFive
* insert AppliesIf(, [["age.where($this >= 65).exists() and ('falls' in conditions or falls_12_months.where($this >= 1).exists())"]])
* insert Sourced(, S, [["CDC, STEADI algorithm of 2019, as printed on secondary pages: for adults of 65 or more, screen, assess what can be changed, intervene. Our choice of interventions (D)."]])
* insert Aim(no-falls, no-falls, high-priority, [["No fall in 90 days."]])
* insert WithinDays(90)
* insert Sourced(goal[=]., D, [["Counted at 90 days: our default."]])
* insert Do(falls-teach-back, now, Task, care-manager, urgent, [["Teach-back: after a fall"]], [["What to do after a fall: do not hurry, how to get up, how to call if one cannot; after a blow to the head on a blood thinner, 911 even if one feels well. Hear it back. Is there somebody, or a button, that is reached from the floor?"]])
* insert Serves(no-falls)
* insert DueIn(7, day, now)
* insert Sourced(action[=]., D, [["Within a week: our default."]])
* insert Do(treatment-review, plan, Task, supervising-provider, routine, [["Review the treatment"]], [["Falls: medicines that make people fall first, sleeping pills, opioids, pills for mood, for blood pressure. Then gait and balance, feet, vision, vitamin D, bones."]])
* insert Serves(no-falls)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., S, [["CDC, STEADI, as printed on secondary pages: assess medications, gait and balance, vision, feet, vitamin D, blood pressure on standing. By day 30: our default (D)."]])
* insert StandUpPressure
* insert Serves(no-falls)
* insert Do(home-safety, now, Task, care-manager, routine, [["Safe at home"]], [["Go through the home together, room by room: light at night, rugs, stairs and rails, bath, shoes, the way to the bathroom. Settle what can be settled this week."]])
* insert Serves(no-falls)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., S, [["CDC, STEADI, as printed on secondary pages: home hazards. Within 30 days: our default (D)."]])
* insert Do(physical-therapy-referral, order, ServiceRequest, supervising-provider, routine, [["Referral: physical therapy"]], [["Referral to physical therapy for strength and balance, and for a cane or walker that fits; at home where the person cannot get there."]])
* insert Serves(no-falls)
* insert DueIn(30, day, now)
* insert Sourced(action[=]., S, [["CDC, STEADI, as printed on secondary pages: refer for gait, strength and balance. Within 30 days: our default (D)."]])
* insert Do(vision-check, order, ServiceRequest, supervising-provider, routine, [["Referral: eyes and glasses"]], [["Eyes and glasses checked, unless that was done within 12 months. Not for the stairs: glasses with two strengths."]])
* insert Serves(no-falls)
* insert When([["('diabetes-type-2' in conditions).not()"]])
* insert DueIn(90, day, now)
* insert Sourced(action[=]., S, [["CDC, STEADI, as printed on secondary pages: vision. Beside diabetes its own eye exam is asked for, and one visit to the eye doctor is enough; within 90 days: our default (D)."]])
* insert Do(action-plan, now, Task, care-manager, routine, [["Symptom action plan: one page"]], [["Falls, on the one page: dizziness, a near fall, a fall; what needs a call the same day, what means 911, and the numbers to call by day and by night."]])
* insert Serves(no-falls)
* insert DueIn(14, day, now)
* insert Sourced(action[=]., D, [["A symptom action plan in every plan of care: our default."]])
* insert MedicinesOneList

// ---- check-in

RuleSet: CheckInItemsOfFalls
* insert Symptom(fell, "fell", "Fell since the last contact.", fall)
* insert Asked(hit-head, "hit the head", "Hit the head in a fall.")
* insert Asked(cannot-bear-weight, "cannot stand on a leg", [["After a fall: cannot stand on a leg, or new strong pain."]])
* insert Symptom(unsteady, "unsteady", [["More unsteady than usual, or nearly fell."]], unsteady)

Instance: check-in-falls
InstanceOf: Questionnaire
Usage: #definition
* insert CheckIn(check-in-falls, CheckInFalls, "Check-in: falls")
* version = "0.1.0"
* description = "What to ask someone who has fallen between visits. 'Don't know' is no answer. Ask about thoughts of death if you have reason to; once asked, no answer counts as unanswered."
* insert Sourced(, D, [["Questions and wording are ours."]])
* insert YesNo(fell, "Did you fall since we last talked?")
* insert YesNo(hit-head, "Did you hit your head in a fall?")
* insert YesNo(cannot-bear-weight, [["After a fall: can you not stand on a leg, or is there new strong pain?"]])
* insert YesNo(unsteady, [["Are you more unsteady than usual, or did you nearly fall?"]])
* insert YesNo(dizzy, "Are you dizzy or lightheaded?")
* insert YesNo(fainted, [["Did you faint, or nearly?"]])
* insert SharedQuestions
* insert LastQuestions

Instance: check-in-rules-falls
InstanceOf: PlanDefinition
Usage: #definition
* insert CheckInRules(check-in-rules-falls, CheckInRulesFalls, "Check-in rules: falls", check-in-falls)
* version = "0.1.0"
* description = "What the answers of a check-in mean in somebody who has fallen. Rules are asked in this order."
* insert Sourced(, S, [["CDC, STEADI algorithm of 2019, as printed on secondary pages: adults of 65 or more. For the check-in: our default (D)."]])
* insert HoldsFor("age >= 65 and 'falls' in conditions_or_concerns")
* insert DoYellow(symptom, [["A fall, unsteady or dizzy"]], [["symptoms.exists()"]], D, "Our default.")
* insert DoRed(cannot-bear-weight, [["Cannot stand on a leg, or strong pain after a fall"]], "'cannot-bear-weight' in yes_to", K, [["From general knowledge: a broken hip; the same day: our default (D)."]])
* insert DoRed(hit-head, "Hit the head", "'hit-head' in yes_to", D, [["Our default: the same day, also where there is no blood thinner."]])
* insert DoRed(fainted, [["Fainted, or nearly"]], "'fainted' in yes_to", D, "Our default.")
* insert Do911(hit-head-on-blood-thinner, [["Hit the head, and may take a blood thinner"]], [["'hit-head' in yes_to and (medicine_count.empty() or classes_perhaps_taken.intersect('anticoagulant' | 'heparin' | 'p2y12-inhibitor').exists())"]], K, [["From general knowledge: bleeding in the head on an anticoagulant, also hours later; check against a source."]])
* insert Do911(confused, "New confusion", "'confused' in yes_to", D, "Our default.")
* insert DoGreen(green-answered, "Every question answered", [["unanswered.empty()"]], D, "Our default: green needs evidence.")
