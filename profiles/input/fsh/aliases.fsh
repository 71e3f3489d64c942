Alias: BAND = https://carefhir.org/fhir/CodeSystem/score-band
Alias: ITEMS = https://carefhir.org/fhir/CodeSystem/instrument-item
Alias: ANSWERS = https://carefhir.org/fhir/CodeSystem/instrument-answer
Alias: RESULT = https://carefhir.org/fhir/CodeSystem/instrument-result
Alias: POINTS = https://carefhir.org/fhir/CodeSystem/points
Alias: CARETASK = https://carefhir.org/fhir/CodeSystem/care-task
Alias: TASKSTATE = https://carefhir.org/fhir/CodeSystem/care-task-state
Alias: PROGRAM = https://carefhir.org/fhir/CodeSystem/care-program
Alias: LEAVINGREASON = https://carefhir.org/fhir/CodeSystem/leaving-reason
Alias: HELPERRELATIONSHIP = https://carefhir.org/fhir/CodeSystem/helper-relationship
Alias: HELPGIVEN = https://carefhir.org/fhir/CodeSystem/help-given
Alias: MAYKNOW = https://carefhir.org/fhir/CodeSystem/may-know
Alias: SUPPORTANSWER = https://carefhir.org/fhir/CodeSystem/support-answer
Alias: CLOCK = https://carefhir.org/fhir/CodeSystem/clock-date
Alias: DISCIPLINE = https://carefhir.org/fhir/CodeSystem/discipline
Alias: TEAMROLE = https://carefhir.org/fhir/CodeSystem/care-team-role
Alias: CONSENTFORM = https://carefhir.org/fhir/CodeSystem/consent-form
Alias: FINDING = https://carefhir.org/fhir/CodeSystem/finding
Alias: METHOD = https://carefhir.org/fhir/CodeSystem/assessment-method
Alias: SETTING = https://carefhir.org/fhir/CodeSystem/care-setting
Alias: DESTINATION = https://carefhir.org/fhir/CodeSystem/discharge-destination
Alias: URGENCY = https://carefhir.org/fhir/CodeSystem/admission-urgency
Alias: LACEGROUP = https://carefhir.org/fhir/CodeSystem/lace-comorbidity
Alias: LNC = http://loinc.org
Alias: SCT = http://snomed.info/sct
Alias: UCUM = http://unitsofmeasure.org
Alias: ICD10CM = http://hl7.org/fhir/sid/icd-10-cm
Alias: RXN = http://www.nlm.nih.gov/research/umls/rxnorm
Alias: ACT = http://terminology.hl7.org/CodeSystem/v3-ActCode
Alias: PRIORITY = http://terminology.hl7.org/CodeSystem/v3-ActPriority
Alias: OBSCAT = http://terminology.hl7.org/CodeSystem/observation-category
Alias: CLINICAL = http://terminology.hl7.org/CodeSystem/condition-clinical
Alias: VERIFICATION = http://terminology.hl7.org/CodeSystem/condition-ver-status
Alias: CONDCAT = http://terminology.hl7.org/CodeSystem/condition-category
Alias: USCONDCAT = http://hl7.org/fhir/us/core/CodeSystem/condition-category
Alias: ordinalValue = http://hl7.org/fhir/StructureDefinition/ordinalValue

// A clinical number's source and how sure it is: V read in the named source, S seen on one page, D our default, K general knowledge.
RuleSet: Sourced(path, mark, text)
* {path}extension[+].url = "https://carefhir.org/fhir/StructureDefinition/source"
* {path}extension[=].extension[0].url = "text"
* {path}extension[=].extension[0].valueString = {text}
* {path}extension[=].extension[1].url = "mark"
* {path}extension[=].extension[1].valueCode = #{mark}

RuleSet: Artefact(type, id, name, title)
* id = "{id}"
* url = "https://carefhir.org/fhir/{type}/{id}"
* version = "0.1.0"
* name = "{name}"
* title = {title}
* status = #active
* experimental = true
* date = "2026-11-22"
* publisher = "carefhir"

RuleSet: Definitional
* ^experimental = true
* ^date = "2026-11-22"
* ^publisher = "carefhir"
