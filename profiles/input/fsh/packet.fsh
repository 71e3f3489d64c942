// The discharge information that comes with a person, item by item; and what is written to ask for what is missing.

CodeSystem: PacketItem
Id: packet-item
Title: "Items of the discharge information"
Description: "What has to come with somebody who was discharged. All of it is there, or the packet is not complete."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/packet-item"
* insert Sourced(^, S, [["NCQA HEDIS Transitions of Care, receipt of discharge information: the practitioner responsible during the stay, procedures or treatment, diagnoses at discharge, current medicines with allergies, test results or that none are pending, and instructions. Allergies are asked for separately, because they are what does harm when they are left out: our default."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/packet-item"
* #practitioner "who was responsible" "The practitioner responsible for the person's care during the stay."
* #procedures "procedures or treatment" "What was done during the stay."
* #diagnoses "diagnoses" "The diagnoses at discharge."
* #medicines "medicines" "The current list of medicines."
* #allergies "allergies" "Allergies, or that none are known."
* #results "results" "Test results, what is still pending, or that nothing is."
* #instructions "instructions" "What whoever cares for the person now has to do."

ValueSet: PacketItemCodes
Id: packet-item
Title: "Items of the discharge information: all codes"
Description: "Every code of items of the discharge information."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/packet-item"
* include codes from system PacketItem

Instance: packet
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(packet, Packet, "Discharge information: times")
* description = "How long the care manager has to get what is missing of the discharge information."
* insert Param(complete-days, 1, D, [["Business days to get what is missing of the discharge information: our default. HEDIS Transitions of Care counts it until 2 days after the discharge."]])

Profile: CarefhirPacketRequest
Parent: CommunicationRequest
Id: carefhir-packet-request
Title: "Request for discharge information"
Description: "Asks whoever discharged the person for what is missing of the discharge information."
* insert Definitional
* identifier 1..*
* basedOn 1..1
* category 1..1
* category = https://carefhir.org/fhir/CodeSystem/care-task#complete-packet
* subject 1..1
* subject only Reference(Patient)
* payload 1..*
* authoredOn 1..1
* requester 1..1
* recipient 1..*

Instance: packet-request
InstanceOf: CarefhirPacketRequest
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000311)
* basedOn.reference = "Task/task"
* status = #active
* category = https://carefhir.org/fhir/CodeSystem/care-task#complete-packet "complete the packet"
* insert Rosa(subject)
* payload.contentString = "Please send what is missing of the discharge information: results, allergies."
* authoredOn = "2026-03-09T10:00:00-05:00"
* requester.reference = "Practitioner/nurse"
* recipient.display = "Riverbend Hospital"
