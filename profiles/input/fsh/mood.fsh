// What follows from a depression score the same day, or within two business days (clinical practice, rule 30).

Instance: mood-follow-up
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(mood-follow-up, MoodFollowUp, "After a depression score: who is contacted by when")
* description = "By the PHQ-9 total, and by how far it rose from the newest earlier one: phq_9 and phq_9_change, empty where there is none to compare with. Of the actions of one kind, the first whose condition holds counts."
* insert ComparisonsMoodFollowUp
* insert Param(rise, 5, K, [["A change of 5 points in PHQ-9 is often quoted as clinically significant; we could open no source. Any rise of 5 or more is said."]])
* insert Param(follow-up-from, 15, V, [["Moderately severe from 15: Kroenke 2001."]])
* insert Param(follow-up-days, 7, D, [["A mood follow-up of the plan is no later than 7 days for a score of 15 or more: our default (clinical practice, rule 30)."]])
* insert Act(escalation, "Tell the provider today", [["Tell the supervising or on-call provider today, by voice."]])
* insert When([["phq_9 >= 20 or (phq_9_change >= 5 and phq_9 >= 15)"]])
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["Severe from 20, moderately severe from 15: Kroenke 2001 (V). The provider told the same day: our default (clinical practice, rule 30)."]])
* insert Act(mood-contact, "Contact the person today", [["Contact the person today: mood, safety and means within reach, sleep, medicine for mood, who is with them. A low answer to the ninth item clears nobody: ask."]])
* insert When([["phq_9 >= 20 or (phq_9_change >= 5 and phq_9 >= 15)"]])
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["Severe from 20, moderately severe from 15: Kroenke 2001 (V). Contact the same day: our default (clinical practice, rule 30)."]])
* insert Act(mood-contact, "Contact the person within two business days", [["Contact the person: mood, safety and means within reach, sleep, medicine for mood, who is with them. A low answer to the ninth item clears nobody: ask."]])
* insert When([["phq_9 >= 15"]])
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., D, [["Moderately severe from 15: Kroenke 2001 (V). Two business days: our default (clinical practice, rule 30)."]])
