// Care planning: the times that are ours to set.

Instance: care-planning
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(care-planning, CarePlanning, "Care planning: times")
* description = "By when a plan is looked at again, signed, revised, and what it leaves open is decided. What pathways ask for carries its own times."
* insert Param(review-days, 90, D, [["Days until a new plan is looked at again: our default, once a quarter. Programmes ask for a yearly review at least."]])
* insert Param(sign-off-days, 7, D, [["Days the supervising provider has to sign or return a plan: our default."]])
* insert Param(revise-days, 7, D, [["Days the care manager has to revise a plan that was returned: our default."]])
* insert Param(decision-days, 7, D, [["Days to decide a contradiction whose artefact names no term: our default, with the signature at the latest."]])
* insert Param(need-asked-days, 365, D, [["A social need recorded longer ago than this is asked about again before anything is arranged for it: our default, a year, as long as a social screen counts."]])
* insert Param(item-days, 30, D, [["Days for an item of a plan whose pathway names no term: our default."]])
* insert Param(order-days, 3, D, [["Days the prescriber has to place, change or decline an order of a signed plan: our default."]])
