// One example of each conversation and of a booked visit, around the imaginary person Rosa.

RuleSet: Talk
* basedOn.reference = "Task/task"
* insert Rosa(subject)
* sender.reference = "Practitioner/nurse"
* recipient.reference = "Patient/rosa"
* extension[discipline].valueCoding = DISCIPLINE#registered-nurse "registered nurse"

Instance: contact-voicemail
InstanceOf: CarefhirContact
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000101)
* insert Talk
* status = #not-done
* statusReason = https://carefhir.org/fhir/CodeSystem/contact-outcome#voicemail "voicemail"
* sent = "2026-03-09T09:00:00-05:00"

Instance: contact-reached
InstanceOf: CarefhirContact
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000102)
* insert Talk
* status = #completed
* sent = "2026-03-10T09:00:00-05:00"
* topic.text = "medicines, weight"
* reasonCode[0] = https://carefhir.org/fhir/CodeSystem/contact-topic#medicines "medicines"
* reasonCode[1].text = "weight"
* payload.contentString = "Has all her medicines; the new water pill makes her get up at night."

Instance: contact-teach-back
InstanceOf: CarefhirContact
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000103)
* insert Talk
* status = #completed
* category = http://terminology.hl7.org/CodeSystem/communication-category#instruction
* sent = "2026-03-10T09:10:00-05:00"
* payload[0].contentString = "warning signs, understood: Three pounds in a day and I call you."
* payload[1].contentString = "medicines, partly understood: The white one is for water."

Instance: visit
InstanceOf: CarefhirVisit
Usage: #example
* insert Stepped(3f0c7a52-4a0e-5a1b-9a51-000000000104)
* status = #booked
* appointmentType = http://terminology.hl7.org/CodeSystem/v2-0276#FOLLOWUP
* description = "Follow-up visit after discharge"
* supportingInformation.reference = "Task/task"
* start = "2026-03-12T10:00:00-05:00"
* end = "2026-03-12T10:30:00-05:00"
* minutesDuration = 30
* created = "2026-03-09T10:00:00-05:00"
* patientInstruction = "Where: Main Street Clinic. How to get there: her daughter drives."
* participant[0].actor.reference = "Patient/rosa"
* participant[0].status = #accepted
* participant[1].actor.reference = "Practitioner/physician"
* participant[1].status = #accepted
