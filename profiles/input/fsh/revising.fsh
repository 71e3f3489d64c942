// A plan that stays true: by when instruments are answered and how long answers count.

Instance: assigning
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(assigning, Assigning, "Assigning instruments: times")
* description = "How long the answers to an instrument count before it is asked again, and by when an assigned one is answered."
* insert Param(fresh-days, 30, D, [["Days for which the answers to an instrument count where nothing else is said of it: our default."]])
* insert Param(fresh-days-phq-9, 14, D, [["Days for which a PHQ-9 counts: its questions are about the last two weeks (Kroenke 2001; V). Not to ask it again within them: our default."]])
* insert Param(fresh-days-hunger-vital-sign, 180, D, [["Days for which a Hunger Vital Sign counts: its statements are about the last 12 months (Hager 2010; V). Half of that, because food runs short at other times of the year too: our default."]])
* insert Param(answer-days, 14, D, [["Days to answer an assigned instrument: our default."]])

Instance: adjusting
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(adjusting, Adjusting, "Looking at a plan again: what is a reason")
* description = "How often something has to happen since a plan was signed or last adjusted before the plan is looked at again."
* insert Param(missed-visits, 1, D, [["Visits that the person did not come to: our default, every one, because a visit that nobody asks about is a need that nobody sees."]])
* insert Param(missed-check-ins, 2, D, [["Check-ins that are overdue: our default, two, as two missed contacts are a warning in depression care."]])
* insert Param(red-check-ins, 1, D, [["Red or emergency check-ins: our default, every one."]])
* insert Param(look-again-days, 7, D, [["Days the care manager has to look at the plan: our default."]])
