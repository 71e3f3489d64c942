// What the steps of a transition write besides Tasks: conversations, and booked visits.

Invariant: why-not-reached
Description: "A conversation that did not take place says why."
Severity: #error
Expression: "status = 'not-done' implies statusReason.exists()"

Profile: CarefhirContact
Parent: Communication
Id: carefhir-contact
Title: "Attempt or conversation"
Description: "One attempt to reach a person, or one conversation with them: when, by whom, with whom, for which Task. Not done means not reached, with the reason."
* insert Definitional
* obeys why-not-reached
* identifier 1..*
* basedOn 1..*
* statusReason.coding from ContactOutcomeCodes (required)
* subject 1..1
* subject only Reference(Patient)
* sent 1..1
* sender 1..1
* recipient 1..*
* extension contains DisciplineOfMember named discipline 0..1

Profile: CarefhirVisit
Parent: Appointment
Id: carefhir-visit
Title: "Booked visit"
Description: "A visit with a day, a time and a length, booked for a Task; the patient and the practitioner take part."
* insert Definitional
* identifier 1..*
* supportingInformation 1..*
* start 1..1
* end 1..1
* minutesDuration 1..1
* created 1..1
* patientInstruction 1..1
* participant 2..*
