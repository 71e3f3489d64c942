// Imaginary people as transaction Bundles. Loading one twice is harmless: every entry is created only if its identifier is new.
// Load Bundle-team first: the others refer to it by identifier.

RuleSet: Key(key)
* identifier.system = "https://carefhir.org/fhir/sid/example"
* identifier.value = "{key}"

RuleSet: Entry(instance, type, key, uuid)
* entry[+].fullUrl = "urn:uuid:{uuid}"
* entry[=].resource = {instance}
* entry[=].request.method = #POST
* entry[=].request.url = "{type}"
* entry[=].request.ifNoneExist = "identifier=https://carefhir.org/fhir/sid/example|{key}"

RuleSet: AtHospital
* serviceProvider.reference = "Organization?identifier=https://carefhir.org/fhir/sid/example|hospital"
* serviceProvider.display = "Lakeside Hospital"

RuleSet: Disposition(code)
* hospitalization.dischargeDisposition.coding.system = "http://www.nubc.org/patient-discharge"
* hospitalization.dischargeDisposition.coding.code = #{code}

RuleSet: Problem(key, category, snomed, label, icd, onset, patient)
* insert Key({key})
* clinicalStatus = CLINICAL#active
* verificationStatus = VERIFICATION#confirmed
* category = CONDCAT#{category}
* code.coding[0] = SCT#{snomed} {label}
* code.coding[1] = ICD10CM#{icd}
* code.text = {label}
* subject.reference = "urn:uuid:{patient}"
* onsetDateTime = "{onset}"

RuleSet: Prescribed(key, rxnorm, label, ingredient, substance, date, dose, patient)
* insert Key({key})
* status = #active
* intent = #order
* medicationCodeableConcept.coding[0] = RXN#{rxnorm} {label}
* medicationCodeableConcept.coding[1] = RXN#{ingredient} {substance}
* medicationCodeableConcept.text = {label}
* subject.reference = "urn:uuid:{patient}"
* authoredOn = "{date}"
* requester.reference = "Practitioner?identifier=https://carefhir.org/fhir/sid/example|physician"
* dosageInstruction.text = {dose}

RuleSet: Measured(key, category, loinc, label, time, patient)
* insert Key({key})
* status = #final
* category = OBSCAT#{category}
* code = LNC#{loinc}
* code.text = {label}
* subject.reference = "urn:uuid:{patient}"
* effectiveDateTime = "{time}"
* performer.reference = "Organization?identifier=https://carefhir.org/fhir/sid/example|hospital"

RuleSet: Pressure(systolic, diastolic)
* component[0].code = LNC#8480-6
* component[0].valueQuantity = {systolic} 'mm[Hg]' "mmHg"
* component[1].code = LNC#8462-4
* component[1].valueQuantity = {diastolic} 'mm[Hg]' "mmHg"

Instance: in-hospital
InstanceOf: Organization
Usage: #inline
* insert Key(hospital)
* active = true
* type = http://terminology.hl7.org/CodeSystem/organization-type#prov
* name = "Lakeside Hospital"
* telecom.system = #phone
* telecom.value = "+1-555-0100"

Instance: in-snf
InstanceOf: Organization
Usage: #inline
* insert Key(snf)
* active = true
* type = http://terminology.hl7.org/CodeSystem/organization-type#prov
* name = "Birchwood Skilled Nursing"
* telecom.system = #phone
* telecom.value = "+1-555-0101"

Instance: in-practice
InstanceOf: Organization
Usage: #inline
* insert Key(practice)
* active = true
* type = http://terminology.hl7.org/CodeSystem/organization-type#prov
* name = "Riverbend Primary Care"
* telecom.system = #phone
* telecom.value = "+1-555-0102"

Instance: in-nurse
InstanceOf: Practitioner
Usage: #inline
* insert Key(nurse)
* active = true
* name.use = #official
* name.family = "Whitfield"
* name.given = "Dana"
* name.suffix = "RN"
* telecom.system = #phone
* telecom.use = #work
* telecom.value = "+1-555-0110"

Instance: in-nurse-role
InstanceOf: PractitionerRole
Usage: #inline
* insert Key(nurse-role)
* active = true
* telecom.system = #phone
* telecom.use = #work
* telecom.value = "+1-555-0110"
* practitioner.reference = "urn:uuid:10000000-0000-4000-8000-000000000004"
* organization.reference = "urn:uuid:10000000-0000-4000-8000-000000000003"
* code[0] = DISCIPLINE#registered-nurse "registered nurse"

Instance: in-physician
InstanceOf: Practitioner
Usage: #inline
* insert Key(physician)
* active = true
* name.use = #official
* name.family = "Okafor"
* name.given = "Samuel"
* name.suffix = "MD"
* telecom.system = #phone
* telecom.use = #work
* telecom.value = "+1-555-0111"

Instance: in-physician-role
InstanceOf: PractitionerRole
Usage: #inline
* insert Key(physician-role)
* active = true
* telecom.system = #phone
* telecom.use = #work
* telecom.value = "+1-555-0111"
* practitioner.reference = "urn:uuid:10000000-0000-4000-8000-000000000006"
* organization.reference = "urn:uuid:10000000-0000-4000-8000-000000000003"
* code[0] = DISCIPLINE#physician "physician"

Instance: in-nurse-practitioner
InstanceOf: Practitioner
Usage: #inline
* insert Key(nurse-practitioner)
* active = true
* name.use = #official
* name.family = "Calloway"
* name.given = "Ines"
* name.suffix = "NP"
* telecom.system = #phone
* telecom.use = #work
* telecom.value = "+1-555-0112"

Instance: in-nurse-practitioner-role
InstanceOf: PractitionerRole
Usage: #inline
* insert Key(nurse-practitioner-role)
* active = true
* telecom.system = #phone
* telecom.use = #work
* telecom.value = "+1-555-0112"
* practitioner.reference = "urn:uuid:10000000-0000-4000-8000-000000000008"
* organization.reference = "urn:uuid:10000000-0000-4000-8000-000000000003"
* code[0] = DISCIPLINE#nurse-practitioner "nurse practitioner"
* code[1] = TEAMROLE#on-call "on call"

Instance: in-social-worker
InstanceOf: Practitioner
Usage: #inline
* insert Key(social-worker)
* active = true
* name.use = #official
* name.family = "Santos"
* name.given = "Maribel"
* name.suffix = "LCSW"
* telecom.system = #phone
* telecom.use = #work
* telecom.value = "+1-555-0113"

Instance: in-social-worker-role
InstanceOf: PractitionerRole
Usage: #inline
* insert Key(social-worker-role)
* active = true
* telecom.system = #phone
* telecom.use = #work
* telecom.value = "+1-555-0113"
* practitioner.reference = "urn:uuid:10000000-0000-4000-8000-000000000010"
* organization.reference = "urn:uuid:10000000-0000-4000-8000-000000000003"
* code[0] = DISCIPLINE#social-worker "social worker"

Instance: in-pharmacist
InstanceOf: Practitioner
Usage: #inline
* insert Key(pharmacist)
* active = true
* name.use = #official
* name.family = "Abrams"
* name.given = "Joel"
* name.suffix = "PharmD"
* telecom.system = #phone
* telecom.use = #work
* telecom.value = "+1-555-0114"

Instance: in-pharmacist-role
InstanceOf: PractitionerRole
Usage: #inline
* insert Key(pharmacist-role)
* active = true
* telecom.system = #phone
* telecom.use = #work
* telecom.value = "+1-555-0114"
* practitioner.reference = "urn:uuid:10000000-0000-4000-8000-000000000012"
* organization.reference = "urn:uuid:10000000-0000-4000-8000-000000000003"
* code[0] = DISCIPLINE#pharmacist "pharmacist"

Instance: in-community-health-worker
InstanceOf: Practitioner
Usage: #inline
* insert Key(community-health-worker)
* active = true
* name.use = #official
* name.family = "Begay"
* name.given = "Lena"
* telecom.system = #phone
* telecom.use = #work
* telecom.value = "+1-555-0115"

Instance: in-community-health-worker-role
InstanceOf: PractitionerRole
Usage: #inline
* insert Key(community-health-worker-role)
* active = true
* telecom.system = #phone
* telecom.use = #work
* telecom.value = "+1-555-0115"
* practitioner.reference = "urn:uuid:10000000-0000-4000-8000-000000000014"
* organization.reference = "urn:uuid:10000000-0000-4000-8000-000000000003"
* code[0] = DISCIPLINE#community-health-worker "community health worker"

Instance: team
InstanceOf: Bundle
Usage: #example
* type = #transaction
* insert Entry(in-hospital, Organization, hospital, 10000000-0000-4000-8000-000000000001)
* insert Entry(in-snf, Organization, snf, 10000000-0000-4000-8000-000000000002)
* insert Entry(in-practice, Organization, practice, 10000000-0000-4000-8000-000000000003)
* insert Entry(in-nurse, Practitioner, nurse, 10000000-0000-4000-8000-000000000004)
* insert Entry(in-nurse-role, PractitionerRole, nurse-role, 10000000-0000-4000-8000-000000000005)
* insert Entry(in-physician, Practitioner, physician, 10000000-0000-4000-8000-000000000006)
* insert Entry(in-physician-role, PractitionerRole, physician-role, 10000000-0000-4000-8000-000000000007)
* insert Entry(in-nurse-practitioner, Practitioner, nurse-practitioner, 10000000-0000-4000-8000-000000000008)
* insert Entry(in-nurse-practitioner-role, PractitionerRole, nurse-practitioner-role, 10000000-0000-4000-8000-000000000009)
* insert Entry(in-social-worker, Practitioner, social-worker, 10000000-0000-4000-8000-000000000010)
* insert Entry(in-social-worker-role, PractitionerRole, social-worker-role, 10000000-0000-4000-8000-000000000011)
* insert Entry(in-pharmacist, Practitioner, pharmacist, 10000000-0000-4000-8000-000000000012)
* insert Entry(in-pharmacist-role, PractitionerRole, pharmacist-role, 10000000-0000-4000-8000-000000000013)
* insert Entry(in-community-health-worker, Practitioner, community-health-worker, 10000000-0000-4000-8000-000000000014)
* insert Entry(in-community-health-worker-role, PractitionerRole, community-health-worker-role, 10000000-0000-4000-8000-000000000015)
