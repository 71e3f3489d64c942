// Nora, 71: heart failure, chronic kidney disease, depression, and no car. Her daughter helps. Home after a emergency stay in May.

Instance: in-nora
InstanceOf: Patient
Usage: #inline
* insert Key(nora)
* active = true
* identifier[1].use = #usual
* identifier[1].type = http://terminology.hl7.org/CodeSystem/v2-0203#MR
* identifier[1].system = "https://riverbend.example/mrn"
* identifier[1].value = "RB-118840"
* name.use = #official
* name.family = "Haddad"
* name.given = "Nora"
* telecom[0].system = #phone
* telecom[0].use = #home
* telecom[0].value = "+1-555-0150"
* gender = #female
* birthDate = "1954-10-22"
* address.use = #home
* address.line = "40 Example Street"
* address.city = "Springfield"
* address.state = "IL"
* address.postalCode = "62701"
* address.country = "US"
* communication.language = urn:ietf:bcp:47#en "English"
* communication.language.text = "English"
* communication.preferred = true
* generalPractitioner.reference = "Practitioner?identifier=https://carefhir.org/fhir/sid/example|physician"
* managingOrganization.reference = "Organization?identifier=https://carefhir.org/fhir/sid/example|practice"

Instance: in-nora-daughter
InstanceOf: RelatedPerson
Usage: #inline
* insert Key(nora-daughter)
* active = true
* patient.reference = "urn:uuid:50000000-0000-4000-8000-000000000001"
* relationship = http://terminology.hl7.org/CodeSystem/v3-RoleCode#DAUC "daughter"
* name.family = "Haddad"
* name.given = "Samira"
* telecom.system = #phone
* telecom.value = "+1-555-0151"

Instance: in-nora-stay
InstanceOf: Encounter
Usage: #inline
* insert Key(nora-stay)
* status = #finished
* class = ACT#IMP "inpatient encounter"
* type = SCT#32485007 "Hospital admission (procedure)"
* priority = PRIORITY#EM "emergency"
* subject.reference = "urn:uuid:50000000-0000-4000-8000-000000000001"
* period.start = "2026-05-07T21:40:00-05:00"
* period.end = "2026-05-12T13:30:00-05:00"
* reasonCode.text = "Heart failure, decompensated"
* diagnosis.condition.reference = "urn:uuid:50000000-0000-4000-8000-000000000004"
* insert AtHospital
* insert Disposition(01)

Instance: in-nora-heart-failure
InstanceOf: Condition
Usage: #inline
* insert Problem(nora-heart-failure, problem-list-item, 703272007, "Heart failure with reduced ejection fraction", I50.22, 2022-03-14, 50000000-0000-4000-8000-000000000001)

Instance: in-nora-kidney
InstanceOf: Condition
Usage: #inline
* insert Problem(nora-kidney, problem-list-item, 700379002, "Chronic kidney disease stage 3B", N18.32, 2023-08-02, 50000000-0000-4000-8000-000000000001)

Instance: in-nora-depression
InstanceOf: Condition
Usage: #inline
* insert Problem(nora-depression, problem-list-item, 370143000, "Major depression disorder", F33.9, 2020-01-20, 50000000-0000-4000-8000-000000000001)

Instance: in-nora-transport
InstanceOf: Condition
Usage: #inline
* insert Key(nora-transport)
* clinicalStatus = CLINICAL#active
* verificationStatus = VERIFICATION#confirmed
* category[0] = CONDCAT#problem-list-item
* category[1] = http://hl7.org/fhir/us/core/CodeSystem/us-core-category#sdoh
* code.coding[0] = SCT#713458007 "Lack of access to transportation"
* code.coding[1] = ICD10CM#Z59.82
* code.text = "No car, and no bus near her home"
* subject.reference = "urn:uuid:50000000-0000-4000-8000-000000000001"
* onsetDateTime = "2026-05-13"

Instance: in-nora-furosemide
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(nora-furosemide, 313988, "furosemide 40 MG Oral Tablet", 4603, "furosemide", 2026-05-12, "1 tablet in the morning", 50000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#discharge

Instance: in-nora-carvedilol
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(nora-carvedilol, 200032, "carvedilol 12.5 MG Oral Tablet", 20352, "carvedilol", 2026-05-12, "1 tablet twice a day with food", 50000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#discharge

Instance: in-nora-sertraline
InstanceOf: MedicationRequest
Usage: #inline
* insert Prescribed(nora-sertraline, 312941, "sertraline 50 MG Oral Tablet", 36437, "sertraline", 2026-05-12, "1 tablet in the morning", 50000000-0000-4000-8000-000000000001)
* category = http://terminology.hl7.org/CodeSystem/medicationrequest-category#discharge

Instance: in-nora-ejection-fraction
InstanceOf: Observation
Usage: #inline
* insert Measured(nora-ejection-fraction, imaging, 10230-1, "Left ventricular ejection fraction", 2026-05-09T10:00:00-05:00, 50000000-0000-4000-8000-000000000001)
* valueQuantity = 32 '%' "%"

Instance: in-nora-creatinine
InstanceOf: Observation
Usage: #inline
* insert Measured(nora-creatinine, laboratory, 2160-0, "Creatinine", 2026-05-12T06:30:00-05:00, 50000000-0000-4000-8000-000000000001)
* valueQuantity = 1.6 'mg/dL' "mg/dL"

Instance: in-nora-weight-discharge
InstanceOf: Observation
Usage: #inline
* insert Measured(nora-weight-discharge, vital-signs, 29463-7, "Body weight", 2026-05-12T06:00:00-05:00, 50000000-0000-4000-8000-000000000001)
* valueQuantity = 148.0 '[lb_av]' "lb"

Instance: in-nora-pressure
InstanceOf: Observation
Usage: #inline
* insert Measured(nora-pressure, vital-signs, 85354-9, "Blood pressure", 2026-05-12T06:00:00-05:00, 50000000-0000-4000-8000-000000000001)
* insert Pressure(122, 70)

Instance: nora
InstanceOf: Bundle
Usage: #example
* type = #transaction
* insert Entry(in-nora, Patient, nora, 50000000-0000-4000-8000-000000000001)
* insert Entry(in-nora-daughter, RelatedPerson, nora-daughter, 50000000-0000-4000-8000-000000000002)
* insert Entry(in-nora-stay, Encounter, nora-stay, 50000000-0000-4000-8000-000000000003)
* insert Entry(in-nora-heart-failure, Condition, nora-heart-failure, 50000000-0000-4000-8000-000000000004)
* insert Entry(in-nora-kidney, Condition, nora-kidney, 50000000-0000-4000-8000-000000000005)
* insert Entry(in-nora-depression, Condition, nora-depression, 50000000-0000-4000-8000-000000000006)
* insert Entry(in-nora-transport, Condition, nora-transport, 50000000-0000-4000-8000-000000000007)
* insert Entry(in-nora-furosemide, MedicationRequest, nora-furosemide, 50000000-0000-4000-8000-000000000008)
* insert Entry(in-nora-carvedilol, MedicationRequest, nora-carvedilol, 50000000-0000-4000-8000-000000000009)
* insert Entry(in-nora-sertraline, MedicationRequest, nora-sertraline, 50000000-0000-4000-8000-000000000010)
* insert Entry(in-nora-ejection-fraction, Observation, nora-ejection-fraction, 50000000-0000-4000-8000-000000000011)
* insert Entry(in-nora-creatinine, Observation, nora-creatinine, 50000000-0000-4000-8000-000000000012)
* insert Entry(in-nora-weight-discharge, Observation, nora-weight-discharge, 50000000-0000-4000-8000-000000000013)
* insert Entry(in-nora-pressure, Observation, nora-pressure, 50000000-0000-4000-8000-000000000014)
