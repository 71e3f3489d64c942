// Earl, 79, hip repair: hospital, then skilled nursing, then home the day before Thanksgiving.

Instance: in-earl
InstanceOf: Patient
Usage: #inline
* insert Key(earl)
* active = true
* identifier[1].use = #usual
* identifier[1].type = http://terminology.hl7.org/CodeSystem/v2-0203#MR
* identifier[1].system = "https://riverbend.example/mrn"
* identifier[1].value = "RB-087203"
* name.use = #official
* name.family = "Jensen"
* name.given = "Earl"
* telecom[0].system = #phone
* telecom[0].use = #mobile
* telecom[0].value = "+1-555-0130"
* gender = #male
* birthDate = "1947-05-03"
* address.use = #home
* address.line = "12 Example Street"
* address.city = "Springfield"
* address.state = "IL"
* address.postalCode = "62701"
* address.country = "US"
* communication.language = urn:ietf:bcp:47#en "English"
* communication.language.text = "English"
* communication.preferred = true
* generalPractitioner.reference = "Practitioner?identifier=https://carefhir.org/fhir/sid/example|physician"
* managingOrganization.reference = "Organization?identifier=https://carefhir.org/fhir/sid/example|practice"

Instance: in-earl-wife
InstanceOf: RelatedPerson
Usage: #inline
* insert Key(earl-wife)
* active = true
* patient.reference = "urn:uuid:30000000-0000-4000-8000-000000000001"
* relationship = http://terminology.hl7.org/CodeSystem/v3-RoleCode#WIFE "wife"
* name.family = "Jensen"
* name.given = "Ruth"
* telecom.system = #phone
* telecom.value = "+1-555-0131"

Instance: in-earl-hospital
InstanceOf: Encounter
Usage: #inline
* insert Key(earl-hospital)
* status = #finished
* class = ACT#IMP "inpatient encounter"
* type = SCT#32485007 "Hospital admission (procedure)"
* priority = PRIORITY#EM "emergency"
* subject.reference = "urn:uuid:30000000-0000-4000-8000-000000000001"
* period.start = "2026-11-02T11:15:00-06:00"
* period.end = "2026-11-06T13:00:00-06:00"
* reasonCode.text = "Fall, hip fracture; hip repair"
* diagnosis.condition.reference = "urn:uuid:30000000-0000-4000-8000-000000000005"
* insert AtHospital
* insert Disposition(03)

Instance: in-earl-snf
InstanceOf: Encounter
Usage: #inline
* insert Key(earl-snf)
* status = #finished
* class = ACT#IMP "inpatient encounter"
* type = SCT#449411000124106 "Admission to skilled nursing facility (procedure)"
* subject.reference = "urn:uuid:30000000-0000-4000-8000-000000000001"
* period.start = "2026-11-06T14:10:00-06:00"
* period.end = "2026-11-25T11:00:00-06:00"
* reasonCode.text = "Rehabilitation after hip repair"
* diagnosis.condition.reference = "urn:uuid:30000000-0000-4000-8000-000000000005"
* serviceProvider.reference = "Organization?identifier=https://carefhir.org/fhir/sid/example|snf"
* serviceProvider.display = "Birchwood Skilled Nursing"
* insert Disposition(01)

Instance: in-earl-hip
InstanceOf: Condition
Usage: #inline
* insert Problem(earl-hip, encounter-diagnosis, 359817006, "Closed fracture of hip", S72.001A, 2026-11-02, 30000000-0000-4000-8000-000000000001)

Instance: in-earl-hypertension
InstanceOf: Condition
Usage: #inline
* insert Problem(earl-hypertension, problem-list-item, 59621000, "Essential hypertension", I10, 2001-03-01, 30000000-0000-4000-8000-000000000001)

Instance: in-earl-osteoporosis
InstanceOf: Condition
Usage: #inline
* insert Problem(earl-osteoporosis, problem-list-item, 64859006, "Osteoporosis", M81.0, 2020-10-01, 30000000-0000-4000-8000-000000000001)

Instance: in-earl-repair
InstanceOf: Procedure
Usage: #inline
* insert Key(earl-repair)
* status = #completed
* code.text = "Repair of hip fracture"
* subject.reference = "urn:uuid:30000000-0000-4000-8000-000000000001"
* performedDateTime = "2026-11-03T09:00:00-06:00"
* reasonReference.reference = "urn:uuid:30000000-0000-4000-8000-000000000005"

Instance: in-earl-amlodipine
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(earl-amlodipine, 197361, "amlodipine 5 MG Oral Tablet", 17767, "amlodipine", 2025-02-10, "1 tablet in the morning", 30000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#community

Instance: in-earl-acetaminophen
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(earl-acetaminophen, 313782, "acetaminophen 325 MG Oral Tablet", 161, "acetaminophen", 2026-11-25, "2 tablets every 6 hours as needed for pain", 30000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#discharge

Instance: in-earl-amlodipine-discharge
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(earl-amlodipine-discharge, 197361, "amlodipine 5 MG Oral Tablet", 17767, "amlodipine", 2026-11-25, "1 tablet in the morning", 30000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#discharge

Instance: in-earl-oxycodone
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(earl-oxycodone, 1049621, "oxycodone hydrochloride 5 MG Oral Tablet", 7804, "oxycodone", 2026-11-06, "1 tablet every 6 hours as needed for pain", 30000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#inpatient
* encounter.reference = "urn:uuid:30000000-0000-4000-8000-000000000004"
* status = #completed

Instance: in-earl-weight
InstanceOf: Observation
Usage: #inline
* insert Measured(earl-weight, vital-signs, 29463-7, "Body weight", 2026-11-24T07:00:00-06:00, 30000000-0000-4000-8000-000000000001)
* valueQuantity = 168.0 '[lb_av]' "lb"
* performer.reference = "Organization?identifier=https://carefhir.org/fhir/sid/example|snf"

Instance: in-earl-pressure
InstanceOf: Observation
Usage: #inline
* insert Measured(earl-pressure, vital-signs, 85354-9, "Blood pressure", 2026-11-24T07:00:00-06:00, 30000000-0000-4000-8000-000000000001)
* insert Pressure(134, 76)
* performer.reference = "Organization?identifier=https://carefhir.org/fhir/sid/example|snf"

Instance: earl
InstanceOf: Bundle
Usage: #example
* type = #transaction
* insert Entry(in-earl, Patient, earl, 30000000-0000-4000-8000-000000000001)
* insert Entry(in-earl-wife, RelatedPerson, earl-wife, 30000000-0000-4000-8000-000000000002)
* insert Entry(in-earl-hospital, Encounter, earl-hospital, 30000000-0000-4000-8000-000000000003)
* insert Entry(in-earl-snf, Encounter, earl-snf, 30000000-0000-4000-8000-000000000004)
* insert Entry(in-earl-hip, Condition, earl-hip, 30000000-0000-4000-8000-000000000005)
* insert Entry(in-earl-hypertension, Condition, earl-hypertension, 30000000-0000-4000-8000-000000000006)
* insert Entry(in-earl-osteoporosis, Condition, earl-osteoporosis, 30000000-0000-4000-8000-000000000007)
* insert Entry(in-earl-repair, Procedure, earl-repair, 30000000-0000-4000-8000-000000000008)
* insert Entry(in-earl-amlodipine, MedicationRequest, earl-amlodipine, 30000000-0000-4000-8000-000000000009)
* insert Entry(in-earl-acetaminophen, MedicationRequest, earl-acetaminophen, 30000000-0000-4000-8000-000000000010)
* insert Entry(in-earl-weight, Observation, earl-weight, 30000000-0000-4000-8000-000000000011)
* insert Entry(in-earl-pressure, Observation, earl-pressure, 30000000-0000-4000-8000-000000000012)
* insert Entry(in-earl-amlodipine-discharge, MedicationRequest, earl-amlodipine-discharge, 30000000-0000-4000-8000-000000000013)
* insert Entry(in-earl-oxycodone, MedicationRequest, earl-oxycodone, 30000000-0000-4000-8000-000000000014)
