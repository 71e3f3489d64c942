// The panel: what a sweep looks for, and how long it waits before it speaks up.

Instance: panel-watch
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(panel-watch, PanelWatch, "What a sweep of a panel looks for")
* description = "What is found by looking over a panel that nobody has noticed, and by when each is to be done. Numbers are our defaults unless a source is named."
* insert Param(overlap-minutes, 15, D, [["A long transaction becomes visible long after the time it gives as its last change (26 s seen on HAPI): a sweep reads again what changed so long before the last one. Our default."]])
* insert Param(oldest-cursor-days, 3, D, [["A sweep whose last one is longer ago looks at everybody. Our default."]])
* insert Param(discharge-days, 30, S, [["A discharge so long ago is still followed: CMS transitional care management booklet (MLN908628), period of 30 days."]])
* insert Param(emergency-visit-days, 7, K, [["An emergency visit so long ago is still followed up: seven days, after the measures of follow-up after emergency visits; find a source before relying on it."]])
* insert Param(overdue-business-days, 3, D, [["Work so long overdue is brought to whoever supervises: our default."]])
* insert Param(missed-check-in-business-days, 1, D, [["A check-in so long overdue was missed: our default."]])
* insert Param(unanswered-minutes, 120, D, [["A red or emergency finding that nobody has acknowledged for so long goes one rung up: our default. It has to be acknowledged the same day."]])
* insert Param(review-days, 90, D, [["A plan is looked at again at least so often: our default."]])
* insert Param(answers-days, 30, D, [["Answers so old that nobody has looked at are still brought to somebody: our default. Older ones say little of how the person is."]])
* insert Act(follow-discharge, "Follow a discharge", [["The person has left a facility, and nothing follows it: open the transition. The program counts its days from the discharge, not from today."]])
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["The same day: our default, for the contact window is two business days."]])
* insert Act(follow-emergency-visit, "Follow an emergency visit", [["The person was treated in the emergency department and went home: call, find out what happened, what changed, and who sees them next."]])
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., D, [["Two business days: our default."]])
* insert Act(readmission, "Look at a readmission", [["The person is, or was, in hospital again while a transition is open: suspend the transition, and open a new one after the discharge."]])
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["The same day: our default."]])
* insert Param(dangerous-answers-days, 90, D, [["A safety item, or a check-in that presses, that nobody has heard is brought to somebody even so late: our default."]])
* insert Param(numbers-days, 3, D, [["A number so old that nobody has judged is still brought to somebody: our default. It covers a long weekend; what is older was not acted on in time, and says little of now."]])
* insert Act(look-at-number, "Look at a number", [["A number on record is beyond a limit of the check-ins, and nobody has asked the person: call today, ask how they are, and record it with record-check-in."]])
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["The same day: clinical practice, rule 1, and the colors of the check-ins."]])
* insert Act(hear-answers, "Hear these answers now", [["A person has answered a safety item or a check-in, and nobody has heard it: read the answers now, call, and record them with record-assessment or record-check-in."]])
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["At once: clinical practice, rules 1 and 2."]])
* insert Act(score-answers, "Look at answers", [["A person has answered a form, and nobody has scored it: record the answers as they stand in the chart with record-assessment or record-check-in."]])
* insert DueIn(1, business-day, now)
* insert Sourced(action[=]., D, [["The next business day: our default."]])
* insert Act(overdue-work, "Look at overdue work", [["Work for this person is long overdue: do it, give it to somebody else, or say why not."]])
* insert DueIn(1, business-day, now)
* insert Sourced(action[=]., D, [["The next business day: our default."]])
* insert Act(escalation, "Nobody has answered", [["A red or emergency finding was passed on, and nobody has acknowledged it: call now, by voice."]])
* insert DueIn(0, day, now)
* insert Sourced(action[=]., D, [["At once: clinical practice, rule 1."]])
* insert Act(review-plan, "Review the plan", [["The plan has not been looked at for a long time: go through it with the person."]])
* insert DueIn(10, business-day, now)
* insert Sourced(action[=]., D, [["Ten business days: our default."]])
* insert Act(missed-check-in, "A check-in was missed", [["The check-in did not take place: reach the person."]])
* insert DueIn(1, business-day, now)
* insert Sourced(action[=]., D, [["The next business day: our default."]])
* insert Act(check-in, "Nobody is set to check in", [["A plan is in force and no check-in is set: check in with the person."]])
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., D, [["Two business days: our default."]])
* insert Act(consider-enrollment, "Consider enrollment", [["By the criteria this person would gain from a program: talk it over with them, and enroll them, or say why not."]])
* insert DueIn(10, business-day, now)
* insert Sourced(action[=]., D, [["Ten business days: our default."]])

Extension: SweepCursor
Id: sweep-cursor
Title: "Sweep cursor"
Description: "The moment up to which changes of one resource type were looked at in a sweep of one care manager's panel."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "Basic"
* value[x] only instant
* value[x] 1..1

Profile: CarefhirAlert
Parent: Communication
Id: carefhir-alert
Title: "Who was told of what nobody had answered"
Description: "That somebody was told, when and how, of a red or emergency finding that nobody had answered. It is not a talk with the person."
* insert Definitional
* identifier 1..*
* status = #completed
* category 1..1
* category = http://terminology.hl7.org/CodeSystem/communication-category#alert
* priority 1..1
* medium 1..1
* medium.text 1..1
* subject 1..1
* subject only Reference(Patient)
* about 1..*
* about only Reference(Task)
* sent 1..1
* sender 1..1
* recipient 1..1
* payload 1..*

Instance: alert
InstanceOf: CarefhirAlert
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-0000000000d1)
* status = #completed
* category = http://terminology.hl7.org/CodeSystem/communication-category#alert
* priority = #stat
* medium.text = "by voice"
* insert Rosa(subject)
* about.reference = "Task/escalation"
* sent = "2026-03-09T07:05:00-05:00"
* sender.reference = "Practitioner/nurse"
* recipient.reference = "Practitioner/physician"
* payload.contentString = "Nobody had answered. Nobody has called back."

Profile: CarefhirPanelGroup
Parent: Group
Id: carefhir-panel-group
Title: "List of a panel"
Description: "The people of one tier, the candidates for one program, or those who may leave it, as they were at a moment. Written once and never edited: the tier of a person is in the RiskAssessment."
* insert Definitional
* identifier 2..*
* type = #person
* actual = true
* code 1..1
* name 1..1
* quantity 1..1
* managingEntity 1..1
* member 1..*
* member.entity only Reference(Patient)
* member.period 1..1

Instance: panel-group
InstanceOf: CarefhirPanelGroup
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-0000000000d2)
* identifier[1].system = "https://carefhir.org/fhir/sid/panel-group"
* identifier[1].value = "Practitioner/nurse/high/2026-03-09T10:00:00-05:00"
* active = true
* type = #person
* actual = true
* code = https://carefhir.org/fhir/CodeSystem/care-tier#high "high"
* code.text = "high"
* name = "high, as of 2026-03-09"
* quantity = 1
* managingEntity.reference = "Practitioner/nurse"
* member.entity.reference = "Patient/rosa"
* member.period.start = "2026-03-09T10:00:00-05:00"
