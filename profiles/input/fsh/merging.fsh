// How the edits of two people are merged that started from one version of a CarePlan, Goal or Task, element by element.
// An element that is not listed merges as a whole: it is taken from the side that changed it, and where both did, a person decides.

RuleSet: Merges(path, display, definition)
* #{path} {display} {definition}

RuleSet: As(path, n, property, value)
* #{path} ^property[{n}].code = #{property}
* #{path} ^property[{n}].valueCode = #{value}

RuleSet: OneOf(path, n)
* #{path} ^property[{n}].code = #choice
* #{path} ^property[{n}].valueBoolean = true

RuleSet: StoppedBy(path, n, codes)
* #{path} ^property[{n}].code = #stops
* #{path} ^property[{n}].valueString = {codes}

CodeSystem: MergeRule
Id: merge-rule
Title: "Rules of merging"
Description: "How the edits of two people that started from one version of a care plan, goal or task are merged, by element path of R4; and what somebody must be allowed to do to edit an element at all. An element that is not listed merges as a whole."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/merge-rule"
* insert Sourced(^, D, [["Our default. Which codes of a status stop: the R4 value sets care-plan-status, care-plan-activity-status, goal-status and task-status, by the plain meaning of their codes. That amount, product and times are one statement, and a target its measure, value and due day: R4's own structure of CarePlan.activity.detail, Dosage and Goal.target. Who may edit what: clinical practice, 'Who may do what' (targets and limits are the prescriber's; a plan in effect is changed by whoever may sign it)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/merge-rule"
* ^property[0].code = #how
* ^property[0].type = #code
* ^property[0].description = "parts: its elements are compared one by one; whole (the default): taken from one side; fixed: never changes; labels, narrative, writer: see the definition"
* ^property[1].code = #together
* ^property[1].type = #code
* ^property[1].description = "Elements with the same word here, side by side, say one thing: where each side changed another of them, they are not merged"
* ^property[2].code = #choice
* ^property[2].type = #boolean
* ^property[2].description = "Whether it is a choice of types (value[x]): of its forms only one may be there"
* ^property[3].code = #stops
* ^property[3].type = #string
* ^property[3].description = "The codes that stop what the element belongs to, with blanks between them"
* ^property[4].code = #additions
* ^property[4].type = #code
* ^property[4].description = "one-side: items that both sides add are only merged where each has an identity of its own"
* ^property[5].code = #needs
* ^property[5].type = #code
* ^property[5].description = "What a person must be allowed to do to edit it (a code of CodeSystem supervised-action); where empty, that of the element it is in"
* ^property[6].code = #inEffect
* ^property[6].type = #code
* ^property[6].description = "The same, while the record is in effect (active or on hold)"
* ^property[7].code = #ours
* ^property[7].type = #code
* ^property[7].description = "On a record that a step wrote: step: only a step changes it; stop: an edit may stop it, or take up what was stopped, and nothing else; earlier: its due day may only come earlier (clinical practice, rule 6)"
* insert Merges(Resource.id, "resource: id", [["Which resource it is; it never changes."]])
* insert As(Resource.id, 0, how, fixed)
* insert Merges(Resource.implicitRules, "resource: implicit rules", [["Rules under which the resource was written: they may change what it means."]])
* insert As(Resource.implicitRules, 0, how, fixed)
* insert Merges(Resource.meta, "resource: meta", [["Version and time are the server's. Profiles, tags and security labels of both sides are kept; an edit removes none."]])
* insert As(Resource.meta, 0, how, labels)
* insert Merges(DomainResource.text, "resource: narrative", [["A generated narrative that describes neither side any more is left out; one with more than the data is a person's words."]])
* insert As(DomainResource.text, 0, how, narrative)
* insert Merges(DomainResource.contained, "resource: contained resources", [["Each merges as a whole. A step's own stay as it wrote them."]])
* insert As(DomainResource.contained, 0, how, whole)
* insert As(DomainResource.contained, 1, ours, step)
* insert Merges(DomainResource.extension, "resource: extensions", [["Each merges as a whole. The patient's word on a goal is one: record-agreement writes it."]])
* insert As(DomainResource.extension, 0, how, whole)
* insert As(DomainResource.extension, 1, ours, step)
* insert Merges(CarePlan, "care plan", [["Its elements are compared one by one. What a signature covers is changed by whoever may sign."]])
* insert As(CarePlan, 0, how, parts)
* insert As(CarePlan, 1, needs, edit-record)
* insert As(CarePlan, 2, inEffect, activate-plan)
* insert Merges(CarePlan.subject, "care plan: subject", [["Whom it is about never changes."]])
* insert As(CarePlan.subject, 0, how, fixed)
* insert Merges(CarePlan.status, "care plan: status", [["A stop beats an edit of anything else. A plan takes effect by signature only."]])
* insert StoppedBy(CarePlan.status, 0, "revoked completed on-hold entered-in-error")
* insert As(CarePlan.status, 1, needs, activate-plan)
* insert As(CarePlan.status, 2, ours, stop)
* insert Merges(CarePlan.intent, "care plan: intent", [["A proposal becomes a plan, and a plan an order, by a step only."]])
* insert As(CarePlan.intent, 0, needs, activate-plan)
* insert As(CarePlan.intent, 1, ours, step)
* insert Merges(CarePlan.category, "care plan: category", [["What kind of plan it is."]])
* insert As(CarePlan.category, 0, ours, step)
* insert Merges(CarePlan.goal, "care plan: goal", [["What the plan rests on or leads to: the steps of care planning keep it."]])
* insert As(CarePlan.goal, 0, ours, step)
* insert Merges(CarePlan.supportingInfo, "care plan: supportingInfo", [["What the plan rests on or leads to: the steps of care planning keep it."]])
* insert As(CarePlan.supportingInfo, 0, ours, step)
* insert Merges(CarePlan.basedOn, "care plan: basedOn", [["What the plan rests on or leads to: the steps of care planning keep it."]])
* insert As(CarePlan.basedOn, 0, ours, step)
* insert Merges(CarePlan.replaces, "care plan: replaces", [["What the plan rests on or leads to: the steps of care planning keep it."]])
* insert As(CarePlan.replaces, 0, ours, step)
* insert Merges(CarePlan.partOf, "care plan: partOf", [["What the plan rests on or leads to: the steps of care planning keep it."]])
* insert As(CarePlan.partOf, 0, ours, step)
* insert Merges(CarePlan.instantiatesCanonical, "care plan: instantiatesCanonical", [["What the plan rests on or leads to: the steps of care planning keep it."]])
* insert As(CarePlan.instantiatesCanonical, 0, ours, step)
* insert Merges(CarePlan.instantiatesUri, "care plan: instantiatesUri", [["What the plan rests on or leads to: the steps of care planning keep it."]])
* insert As(CarePlan.instantiatesUri, 0, ours, step)
* insert Merges(CarePlan.created, "care plan: created", [["What the plan rests on or leads to: the steps of care planning keep it."]])
* insert As(CarePlan.created, 0, ours, step)
* insert Merges(CarePlan.author, "care plan: author", [["What the plan rests on or leads to: the steps of care planning keep it."]])
* insert As(CarePlan.author, 0, ours, step)
* insert Merges(CarePlan.period, "care plan: period", [["Start and end are one statement; two different dates never merge."]])
* insert As(CarePlan.period, 0, how, whole)
* insert Merges(CarePlan.note, "care plan: notes", [["A remark changes nothing that is signed."]])
* insert As(CarePlan.note, 0, inEffect, edit-record)
* insert Merges(CarePlan.activity, "care plan: activities", [["Matched by id, reference or code. Activities that both sides add and nothing tells apart may be one activity with two doses."]])
* insert As(CarePlan.activity, 0, how, parts)
* insert As(CarePlan.activity, 1, additions, one-side)
* insert Merges(CarePlan.activity.reference, "activity: reference", [["Which request it is."]])
* insert As(CarePlan.activity.reference, 0, together, what)
* insert As(CarePlan.activity.reference, 1, ours, step)
* insert Merges(CarePlan.activity.detail, "activity: detail", [["Its elements are compared one by one, and what and how much together."]])
* insert As(CarePlan.activity.detail, 0, how, parts)
* insert Merges(CarePlan.activity.progress, "activity: progress", [["A remark on how it goes changes nothing that is signed."]])
* insert As(CarePlan.activity.progress, 0, inEffect, edit-record)
* insert Merges(CarePlan.activity.detail.status, "activity: status", [["A stop beats an edit of the same activity."]])
* insert As(CarePlan.activity.detail.status, 0, together, status)
* insert StoppedBy(CarePlan.activity.detail.status, 1, "cancelled completed stopped on-hold entered-in-error")
* insert Merges(CarePlan.activity.detail.statusReason, "activity: reason for the status", [["Says why the status is what it is."]])
* insert As(CarePlan.activity.detail.statusReason, 0, together, status)
* insert Merges(CarePlan.activity.detail.kind, "activity: kind", [["Says what is done, and with the amount and the times one thing: never merged from two sides."]])
* insert As(CarePlan.activity.detail.kind, 0, together, what)
* insert Merges(CarePlan.activity.detail.code, "activity: code", [["Says what is done, and with the amount and the times one thing: never merged from two sides."]])
* insert As(CarePlan.activity.detail.code, 0, together, what)
* insert Merges(CarePlan.activity.detail.description, "activity: description", [["Says what is done, and with the amount and the times one thing: never merged from two sides."]])
* insert As(CarePlan.activity.detail.description, 0, together, what)
* insert Merges(CarePlan.activity.detail.doNotPerform, "activity: do not perform", [["Says what is done, and with the amount and the times one thing: never merged from two sides."]])
* insert As(CarePlan.activity.detail.doNotPerform, 0, together, what)
* insert Merges(CarePlan.activity.detail.instantiatesCanonical, "activity: protocol", [["Says what is done, and with the amount and the times one thing: never merged from two sides."]])
* insert As(CarePlan.activity.detail.instantiatesCanonical, 0, together, what)
* insert Merges(CarePlan.activity.detail.instantiatesUri, "activity: protocol by address", [["Says what is done, and with the amount and the times one thing: never merged from two sides."]])
* insert As(CarePlan.activity.detail.instantiatesUri, 0, together, what)
* insert Merges(CarePlan.activity.detail.scheduled, "activity: times", [["Twice a day of a new dose is neither side's wish: times and amount are one statement."]])
* insert As(CarePlan.activity.detail.scheduled, 0, together, what)
* insert OneOf(CarePlan.activity.detail.scheduled, 1)
* insert Merges(CarePlan.activity.detail.product, "activity: product", [["Amount and product are one statement."]])
* insert As(CarePlan.activity.detail.product, 0, together, what)
* insert OneOf(CarePlan.activity.detail.product, 1)
* insert As(CarePlan.activity.detail.product, 2, needs, change-medicine)
* insert Merges(CarePlan.activity.detail.dailyAmount, "activity: daily amount", [["Two different doses never merge."]])
* insert As(CarePlan.activity.detail.dailyAmount, 0, together, what)
* insert As(CarePlan.activity.detail.dailyAmount, 1, needs, change-medicine)
* insert Merges(CarePlan.activity.detail.quantity, "activity: quantity", [["Two different amounts never merge."]])
* insert As(CarePlan.activity.detail.quantity, 0, together, what)
* insert As(CarePlan.activity.detail.quantity, 1, needs, change-medicine)
* insert Merges(Goal, "goal", [["Its elements are compared one by one."]])
* insert As(Goal, 0, how, parts)
* insert As(Goal, 1, needs, edit-record)
* insert As(Goal, 2, inEffect, edit-record)
* insert Merges(Goal.subject, "goal: subject", [["Whom it is about never changes."]])
* insert As(Goal.subject, 0, how, fixed)
* insert Merges(Goal.lifecycleStatus, "goal: status", [["A stop beats an edit of anything else. A goal takes effect by agreement and signature only."]])
* insert As(Goal.lifecycleStatus, 0, together, status)
* insert StoppedBy(Goal.lifecycleStatus, 1, "cancelled completed on-hold rejected entered-in-error")
* insert As(Goal.lifecycleStatus, 2, needs, clinical-target)
* insert As(Goal.lifecycleStatus, 3, ours, stop)
* insert Merges(Goal.statusDate, "goal: since when", [["The day of the status."]])
* insert As(Goal.statusDate, 0, together, status)
* insert Merges(Goal.statusReason, "goal: reason for the status", [["Says why the status is what it is."]])
* insert As(Goal.statusReason, 0, together, status)
* insert Merges(Goal.achievementStatus, "goal: achievement", [["How far it is reached: evaluate-goals judges it by readings."]])
* insert As(Goal.achievementStatus, 0, needs, evaluate-goals)
* insert As(Goal.achievementStatus, 1, ours, step)
* insert Merges(Goal.outcomeCode, "goal: outcome", [["What was reached: evaluate-goals cites it."]])
* insert As(Goal.outcomeCode, 0, ours, step)
* insert Merges(Goal.outcomeReference, "goal: readings of the outcome", [["What was reached: evaluate-goals cites it."]])
* insert As(Goal.outcomeReference, 0, ours, step)
* insert Merges(Goal.expressedBy, "goal: whose it is", [["Whose goal it is."]])
* insert As(Goal.expressedBy, 0, ours, step)
* insert Merges(Goal.description, "goal: description", [["What is to be reached, and with the target one thing."]])
* insert As(Goal.description, 0, together, aim)
* insert Merges(Goal.start, "goal: start", [["Two different dates never merge."]])
* insert OneOf(Goal.start, 0)
* insert Merges(Goal.target, "goal: targets", [["Measure, value and due day are one target and merge as a whole. Targets that both sides add and nothing tells apart may be two values of one measure."]])
* insert As(Goal.target, 0, how, whole)
* insert As(Goal.target, 1, together, aim)
* insert As(Goal.target, 2, additions, one-side)
* insert Merges(Goal.target.measure, "target: measure", [["Which quantity is aimed at."]])
* insert As(Goal.target.measure, 0, needs, clinical-target)
* insert Merges(Goal.target.detail, "target: value", [["The value aimed at: the prescriber's."]])
* insert OneOf(Goal.target.detail, 0)
* insert As(Goal.target.detail, 1, needs, clinical-target)
* insert Merges(Task, "task", [["Its elements are compared one by one."]])
* insert As(Task, 0, how, parts)
* insert As(Task, 1, needs, edit-record)
* insert As(Task, 2, inEffect, edit-record)
* insert Merges(Task.for, "task: patient", [["Whom it is about never changes."]])
* insert As(Task.for, 0, how, fixed)
* insert Merges(Task.status, "task: status", [["A stop beats an edit of anything else. A step's Task is closed by a step, which asks for the evidence."]])
* insert As(Task.status, 0, together, status)
* insert StoppedBy(Task.status, 1, "cancelled completed failed rejected on-hold entered-in-error")
* insert As(Task.status, 2, needs, close-work)
* insert As(Task.status, 3, ours, step)
* insert Merges(Task.statusReason, "task: reason for the status", [["Says why the status is what it is."]])
* insert As(Task.statusReason, 0, together, status)
* insert As(Task.statusReason, 1, ours, step)
* insert Merges(Task.businessStatus, "task: business status", [["Says the same as the status in the words of the workflow."]])
* insert As(Task.businessStatus, 0, together, status)
* insert As(Task.businessStatus, 1, ours, step)
* insert Merges(Task.lastModified, "task: last modified", [["Whoever writes it sets it."]])
* insert As(Task.lastModified, 0, how, writer)
* insert Merges(Task.code, "task: code", [["What it asks for, and why: the step that reads the Task rests on it."]])
* insert As(Task.code, 0, ours, step)
* insert Merges(Task.intent, "task: intent", [["What it asks for, and why: the step that reads the Task rests on it."]])
* insert As(Task.intent, 0, ours, step)
* insert Merges(Task.priority, "task: priority", [["What it asks for, and why: the step that reads the Task rests on it."]])
* insert As(Task.priority, 0, ours, step)
* insert Merges(Task.focus, "task: focus", [["What it asks for, and why: the step that reads the Task rests on it."]])
* insert As(Task.focus, 0, ours, step)
* insert Merges(Task.basedOn, "task: based on", [["What it asks for, and why: the step that reads the Task rests on it."]])
* insert As(Task.basedOn, 0, ours, step)
* insert Merges(Task.partOf, "task: part of", [["What it asks for, and why: the step that reads the Task rests on it."]])
* insert As(Task.partOf, 0, ours, step)
* insert Merges(Task.groupIdentifier, "task: group", [["What it asks for, and why: the step that reads the Task rests on it."]])
* insert As(Task.groupIdentifier, 0, ours, step)
* insert Merges(Task.encounter, "task: encounter", [["What it asks for, and why: the step that reads the Task rests on it."]])
* insert As(Task.encounter, 0, ours, step)
* insert Merges(Task.requester, "task: requester", [["What it asks for, and why: the step that reads the Task rests on it."]])
* insert As(Task.requester, 0, ours, step)
* insert Merges(Task.authoredOn, "task: authored on", [["What it asks for, and why: the step that reads the Task rests on it."]])
* insert As(Task.authoredOn, 0, ours, step)
* insert Merges(Task.instantiatesCanonical, "task: protocol", [["What it asks for, and why: the step that reads the Task rests on it."]])
* insert As(Task.instantiatesCanonical, 0, ours, step)
* insert Merges(Task.instantiatesUri, "task: protocol by address", [["What it asks for, and why: the step that reads the Task rests on it."]])
* insert As(Task.instantiatesUri, 0, ours, step)
* insert Merges(Task.reasonCode, "task: reason", [["What it asks for, and why: the step that reads the Task rests on it."]])
* insert As(Task.reasonCode, 0, ours, step)
* insert Merges(Task.reasonReference, "task: reason by reference", [["What it asks for, and why: the step that reads the Task rests on it."]])
* insert As(Task.reasonReference, 0, ours, step)
* insert Merges(Task.input, "task: inputs", [["Each merges as a whole; matched by type."]])
* insert As(Task.input, 0, how, whole)
* insert As(Task.input, 1, ours, step)
* insert Merges(Task.output, "task: outputs", [["Each merges as a whole; matched by type. Evidence is written by a step."]])
* insert As(Task.output, 0, how, whole)
* insert As(Task.output, 1, ours, step)
* insert Merges(Task.executionPeriod, "task: when it was done", [["Start and end are one statement; two different dates never merge."]])
* insert As(Task.executionPeriod, 0, how, whole)
* insert As(Task.executionPeriod, 1, ours, step)
* insert Merges(Task.restriction, "task: restriction", [["Repetitions, period and recipients are one statement: the due day is in it."]])
* insert As(Task.restriction, 0, how, whole)
* insert As(Task.restriction, 1, ours, earlier)

ValueSet: MergeRuleCodes
Id: merge-rule
Title: "Rules of merging: all codes"
Description: "Every code of the rules of merging."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/merge-rule"
* include codes from system MergeRule
