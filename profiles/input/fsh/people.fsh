// The people around one person: who leaves a program, who takes over, who helps, who called, who worked how long.

RuleSet: Leaving(code, display, definition, plan)
* #{code} {display} {definition}
* #{code} ^property[0].code = #planEnds
* #{code} ^property[0].valueCode = #{plan}

CodeSystem: LeavingReason
Id: leaving-reason
Title: "Why a person leaves a program"
Description: "Why a person leaves a program, and how the plan of the program ends then."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/leaving-reason"
* insert Sourced(^, D, [["Our default: the reasons programs of care management commonly name for closing. A plan counts as completed only where the person leaves because its goals are met."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/leaving-reason"
* ^property[0].code = #planEnds
* ^property[0].type = #code
* ^property[0].description = "completed or revoked: how the plan of the program ends; a plan that was only a draft is always revoked"
* insert Leaving(goals-met, "goals met", [["The person has reached what the plan was for."]], completed)
* insert Leaving(declined, "no longer wanted", [["The person does not want the program any more."]], revoked)
* insert Leaving(not-reached, "could not be reached", [["The person could not be reached by the protocol."]], revoked)
* insert Leaving(moved, "moved away", [["The person has moved to where the program does not care for people."]], revoked)
* insert Leaving(cared-for-elsewhere, "cared for elsewhere", [["Another program or a facility cares for the person now."]], revoked)
* insert Leaving(hospice, "hospice care", [["A hospice cares for the person now."]], revoked)
* insert Leaving(not-eligible, "no longer eligible", [["The person does not qualify for the program any more."]], revoked)
* insert Leaving(other-reason, "another reason", [["Another reason, in words."]], revoked)

ValueSet: LeavingReasonCodes
Id: leaving-reason
Title: "Why a person leaves a program: all codes"
Description: "Every code of why a person leaves a program."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/leaving-reason"
* include codes from system LeavingReason

Extension: Leaving
Id: leaving
Title: "Leaving"
Description: "Why a person left a program: by a code, and in words."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "EpisodeOfCare"
* value[x] only CodeableConcept
* valueCodeableConcept 1..1
* valueCodeableConcept from LeavingReasonCodes (required)
* valueCodeableConcept.text 1..1

Instance: episode-of-care-left
InstanceOf: CarefhirEpisodeOfCare
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000901)
* status = #finished
* statusHistory.status = #active
* statusHistory.period.start = "2026-03-09"
* statusHistory.period.end = "2026-06-01T10:00:00-05:00"
* type = PROGRAM#care-management "care management"
* insert Rosa(patient)
* period.start = "2026-03-09"
* period.end = "2026-06-01T10:00:00-05:00"
* careManager.reference = "Practitioner/nurse"
* extension[leaving].valueCodeableConcept = LEAVINGREASON#moved "moved away"
* extension[leaving].valueCodeableConcept.text = "lives with her son in another state now"

Instance: after-hand-over
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(after-hand-over, AfterHandOver, "Work after a handover")
* description = "What the new care manager does first when they take a person over."
* insert Act(take-over, "Take over", [["Read the record: open Tasks, plan, flags, who helps. Then call the person, say who you are, and ask what matters to them now."]])
* insert DueIn(2, business-day, now)
* insert Sourced(action[=]., D, [["Within two business days: our default, as for the first call after a discharge."]])

Extension: CoveringFor
Id: covering-for
Title: "Covering for"
Description: "For whom a covering care manager stands in."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "CareTeam.participant"
* value[x] only Reference(Practitioner)
* valueReference 1..1

Instance: care-team-covered
InstanceOf: CarefhirCareTeam
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000902)
* status = #active
* name = "Care team, care management"
* insert Rosa(subject)
* insert Member(care-manager, "care manager", Practitioner/nurse)
* insert Knows(registered-nurse, "registered nurse")
* insert Member(supervising-provider, "supervising provider", Practitioner/physician)
* insert Knows(physician, "physician")
* insert Member(covering-care-manager, "covering care manager", Practitioner/social-worker)
* insert Knows(social-worker, "social worker")
* participant[=].extension[coveringFor].valueReference.reference = "Practitioner/nurse"
* participant[=].period.start = "2026-03-16"
* participant[=].period.end = "2026-03-20"
