// Care planning: the times that carefhir sets.

Instance: care-planning
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(care-planning, CarePlanning, "Care planning: times")
* description = "By when a plan is reviewed, signed and revised, and its open points are decided. What pathways ask for has its own times."
* insert Param(review-days, 90, D, [["Days until a new plan is reviewed: our default, once a quarter. Programs ask for a review at least once a year."]])
* insert Param(sign-off-days, 7, D, [["Days the supervising provider has to sign or return a plan: our default."]])
* insert Param(revise-days, 7, D, [["Days the care manager has to revise a plan that was returned: our default."]])
* insert Param(decision-days, 7, D, [["Days to decide conflicting advice if its artefact names no time: our default, and at the latest when the plan is signed."]])
* insert Param(need-asked-days, 365, D, [["A social need recorded longer ago than this is asked about again before anything is arranged for it: our default, one year, the time for which a social screen counts."]])
* insert Param(item-days, 30, D, [["Days for an item of a plan if its pathway names no time: our default."]])
* insert Param(first-things, 5, D, [["How many items of a plan start in the first two weeks, and in every two weeks after that, unless the care manager and the patient choose others: our default. What is urgent, and what the prescriber orders or decides, is not counted and never waits."]])
* insert Param(first-things-days, 14, D, [["Days in which the first items start, and after which the next ones do: our default."]])
* insert Param(assessed-days, 90, D, [["A screen is not proposed where its domain was concluded at most this many days before: our default."]])
* insert Param(trend-days, 90, D, [["A goal is judged only if its newest reading is at most this many days old: our default (clinical practice, rule 35)."]])
* insert Param(baseline-days, 365, D, [["A reading is compared with the newest one only if it is at most this many days older: our default."]])
* insert Param(order-days, 3, D, [["Days the prescriber has to place, change or decline an order of a signed plan: our default."]])
