// Coordination: loops that are followed to their end, the discharge information that came or did not, and documents that
// are given away.

RuleSet: LoopEvent(code, display, definition, loops, next)
* #{code} {display} {definition}
* #{code} ^property[0].code = #loops
* #{code} ^property[0].valueString = {loops}
* #{code} ^property[1].code = #next
* #{code} ^property[1].valueString = {next}

RuleSet: Ends(code)
* #{code} ^property[2].code = #ends
* #{code} ^property[2].valueBoolean = true

CodeSystem: LoopEventCode
Id: loop-event
Title: "Events of a loop"
Description: "What happens to something that was arranged: in which kinds of loop, and what is waited for next. 'late' is no event of the world: it says that what was waited for has not happened in time."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/loop-event"
* insert Sourced(^, D, [["Our default, after the closed loop of a referral (AHRQ, Institute for Healthcare Improvement) and the Gravity project's Task for a referral (HL7 SDOH Clinical Care)."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/loop-event"
* ^property[0].code = #loops
* ^property[0].type = #string
* ^property[0].description = "The kinds of loop it belongs to: referral, equipment, community"
* ^property[1].code = #next
* ^property[1].type = #string
* ^property[1].description = "What is waited for afterwards, in words"
* ^property[2].code = #ends
* ^property[2].type = #boolean
* ^property[2].description = "Nothing is waited for afterwards"
* insert LoopEvent(sent, [["sent"]], [["The referral, the order or the request is with whoever is to do it."]], [["referral equipment community"]], [["an appointment, the delivery or an answer"]])
* insert LoopEvent(accepted, [["accepted"]], [["A community service has agreed to help."]], [["community"]], [["what became of it"]])
* insert LoopEvent(booked, [["booked"]], [["An appointment has a day and a time."]], [["referral"]], [["the visit"]])
* insert LoopEvent(kept, [["kept"]], [["The person was seen: an attended Encounter shows it."]], [["referral"]], [["the result"]])
* insert LoopEvent(missed, [["missed"]], [["The person was not seen at the time that was booked."]], [["referral"]], [["another appointment"]])
* insert LoopEvent(delivered, [["delivered"]], [["The equipment has come to the person."]], [["equipment"]], [["the person's word that it is in use"]])
* insert LoopEvent(in-use, [["in use"]], [["The person, or who helps them, says that the equipment is in use."]], [["equipment"]], [["nothing"]])
* insert Ends(in-use)
* insert LoopEvent(result, [["result back"]], [["What came of it is known."]], [["referral community"]], [["nothing"]])
* insert Ends(result)
* insert LoopEvent(declined, [["declined"]], [["The person, or whoever was asked, says no."]], [["referral equipment community"]], [["nothing"]])
* insert Ends(declined)
* insert LoopEvent(cancelled, [["cancelled"]], [["It is not wanted or needed any more."]], [["referral equipment community"]], [["nothing"]])
* insert Ends(cancelled)
* insert LoopEvent(late, [["late"]], [["What was waited for has not happened in time."]], [["referral equipment community"]], [["the same, found out today"]])

ValueSet: LoopEventCodes
Id: loop-event
Title: "Events of a loop: all codes"
Description: "Every code of events of a loop."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/loop-event"
* include codes from system LoopEventCode

Instance: coordination
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(coordination, Coordination, "Coordination: times")
* description = "How long what was arranged may take before the care manager looks into it. All days are business days, except trip-days."
* insert Param(referral-sent-days, 5, D, [["Business days until a referral that was sent has an appointment: our default."]])
* insert Param(booked-days, 1, D, [["Business days after a visit until it is known whether it was kept: our default."]])
* insert Param(kept-days, 10, D, [["Business days after a visit until its result is back: our default."]])
* insert Param(missed-days, 2, D, [["Business days after a missed visit until another is booked: our default."]])
* insert Param(equipment-sent-days, 3, D, [["Business days until ordered equipment is delivered: our default."]])
* insert Param(delivered-days, 2, D, [["Business days after a delivery until the person says that it is in use: our default."]])
* insert Param(community-sent-days, 3, D, [["Business days until a community service answers: our default. SDOH Clinical Care asks senders to look for an answer at least once a business day."]])
* insert Param(accepted-days, 20, D, [["Business days after a community service has agreed to help until it is known what became of it: our default."]])
* insert Param(late-days, 1, D, [["Business days the care manager has to find out why something is late: our default."]])
* insert Param(unmet-days, 2, D, [["Business days to look at the plan again where a need was not met, or somebody declined: our default."]])
* insert Param(slots-offered, 5, D, [["How many free times are named at once: our default."]])
* insert Param(trips, 2, D, [["More separate trips than this within trip-days are named, for somebody without transport: clinical practice, conflicting advice 12."]])
* insert Param(trip-days, 14, D, [["Days within which trips are counted together: clinical practice, conflicting advice 12."]])
* insert Param(transport-days, 2, D, [["Business days before a trip by which transport is arranged: our default; many health plans ask for two business days' notice (K)."]])

Extension: TransportExtension
Id: transport
Title: "Transport"
Description: "How the person gets to a visit, in words; a visit without it has no transport arranged, as far as this record says. Read when a visit is booked."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "Appointment"
* value[x] only string
* value[x] 1..1

Profile: CarefhirReferralTask
Parent: Task
Id: carefhir-referral-task
Title: "Referral to a community service"
Description: "Asks a community service to help, by the pattern of SDOH Clinical Care's Task for a referral: fulfill a ServiceRequest. Never ready or received; a reason for its status is in words."
* insert Definitional
* obeys referral-task-status
* identifier 1..*
* status 1..1
* intent = #order
* code 1..1
* code = http://hl7.org/fhir/CodeSystem/task-code#fulfill
* focus 1..1
* focus only Reference(ServiceRequest)
* for 1..1
* for only Reference(Patient)
* authoredOn 1..1
* requester 1..1
* owner 1..1
* partOf 0..1
* statusReason.text 1..1

Invariant: referral-task-status
Description: "A referral is never ready or received."
Severity: #error
Expression: "status != 'ready' and status != 'received'"

Profile: CarefhirReferredVisit
Parent: Appointment
Id: carefhir-referred-visit
Title: "Visit of a referral"
Description: "A visit with a day, a time and a length, booked for a referral."
* insert Definitional
* extension contains TransportExtension named transport 0..1
* identifier 1..*
* basedOn 1..1
* basedOn only Reference(ServiceRequest)
* start 1..1
* end 1..1
* minutesDuration 1..1
* created 1..1
* patientInstruction 1..1
* participant 2..*

Profile: CarefhirDelivery
Parent: SupplyDelivery
Id: carefhir-delivery
Title: "Delivery"
Description: "Equipment that came to a person: what, when, from whom. The coordinate Task refers to it, because R4 bases a SupplyDelivery on a SupplyRequest only."
* insert Definitional
* identifier 1..*
* status 1..1
* patient 1..1
* patient only Reference(Patient)
* suppliedItem 1..1
* occurrence[x] 1..1

Instance: referral-task
InstanceOf: CarefhirReferralTask
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000301)
* status = #requested
* intent = #order
* code = http://hl7.org/fhir/CodeSystem/task-code#fulfill
* focus.reference = "ServiceRequest/service-request"
* insert Rosa(for)
* authoredOn = "2026-03-09T10:00:00-05:00"
* requester.reference = "Practitioner/nurse"
* owner.display = "Springfield Rides"
* description = "Rides to visits"

Instance: referred-visit
InstanceOf: CarefhirReferredVisit
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000302)
* extension[transport].valueString = "her daughter drives"
* status = #booked
* basedOn.reference = "ServiceRequest/service-request"
* description = "Eye exam"
* start = "2026-03-19T10:00:00-05:00"
* end = "2026-03-19T10:30:00-05:00"
* minutesDuration = 30
* created = "2026-03-09T10:00:00-05:00"
* patientInstruction = "Where: Eye Clinic. How to get there: her daughter drives."
* participant[0].actor.reference = "Patient/rosa"
* participant[0].status = #accepted
* participant[1].actor.display = "Eye Clinic"
* participant[1].status = #accepted

Instance: delivery
InstanceOf: CarefhirDelivery
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000303)
* status = #completed
* insert Rosa(patient)
* suppliedItem.itemCodeableConcept.text = "Scale at home"
* occurrenceDateTime = "2026-03-11T15:00:00-05:00"
* supplier.display = "Springfield Medical Supply"
