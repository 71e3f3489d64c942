// The HOSPITAL score, beside LACE: which of its three published forms is meant is never left open.

RuleSet: Chosen(name, value, mark, text)
* extension[+].url = "https://carefhir.org/fhir/StructureDefinition/choice"
* extension[=].extension[+].url = "name"
* extension[=].extension[=].valueCode = #{name}
* extension[=].extension[+].url = "value"
* extension[=].extension[=].valueCode = #{value}
* extension[=].extension[+].url = "https://carefhir.org/fhir/StructureDefinition/source"
* extension[=].extension[=].extension[0].url = "text"
* extension[=].extension[=].extension[0].valueString = {text}
* extension[=].extension[=].extension[1].url = "mark"
* extension[=].extension[=].extension[1].valueCode = #{mark}

Instance: hospital-score
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(hospital-score, HospitalScore, "HOSPITAL score: parameters")
* description = "Numbers of the HOSPITAL score for potentially avoidable readmission within 30 days, in its three published forms: 'original' (2013), 'international' (2016) and 'simplified'. They count earlier admissions from different numbers on, and the simplified one drops the procedure and counts a diagnosis of cancer; so the form is named wherever a score is worked out or shown. Bands: ObservationDefinition/hospital-total, and hospital-simplified-total for the simplified form."
* insert ComparisonsHospitalScore
* copyright = "Published algorithm: Donzé J, Aujesky D, Williams D, Schnipper JL. Potentially avoidable 30-day hospital readmissions in medical patients: derivation and validation of a prediction model. JAMA Intern Med 2013;173:632-638."
* insert Chosen(form, international, D, [["The form of 2016, validated in several countries: our default. A site's own version of this artefact may name 'original' or 'simplified'."]])
* insert Param(hemoglobin-under, 12, S, [["Donzé 2013, as quoted: hemoglobin under 12 g/dL at discharge."]])
* insert Param(hemoglobin-points, 1, S, [["Donzé 2013, as quoted: 1 point."]])
* insert Param(oncology-points, 2, S, [["Donzé 2013, as quoted: discharge from an oncology service, 2 points. The simplified form counts a diagnosis of cancer too."]])
* insert Param(sodium-under, 135, S, [["Donzé 2013, as quoted: sodium under 135 mmol/L at discharge."]])
* insert Param(sodium-points, 1, S, [["Donzé 2013, as quoted: 1 point."]])
* insert Param(procedure-points-original, 1, S, [["Donzé 2013, as quoted: any coded procedure during the stay, 1 point."]])
* insert Param(procedure-points-international, 1, S, [["Donzé 2016, as quoted: any coded procedure, 1 point."]])
* insert Param(procedure-points-simplified, 0, S, [["Simplified form, as quoted: the procedure is dropped."]])
* insert Param(cancer-counts-original, 0, S, [["Donzé 2013, as quoted: discharge from an oncology service only."]])
* insert Param(cancer-counts-international, 0, S, [["Donzé 2016, as quoted: discharge from an oncology service only."]])
* insert Param(cancer-counts-simplified, 1, S, [["Simplified form, as quoted: a diagnosis of cancer counts, too."]])
* insert Param(urgent-points, 1, S, [["Donzé 2013, as quoted: urgent admission, 1 point."]])
* insert Param(length-from, 5, S, [["Donzé 2013, as quoted: a stay of 5 days or more."]])
* insert Param(length-points, 2, S, [["Donzé 2013, as quoted: 2 points."]])
* insert Param(admission-months, 12, S, [["Donzé 2013, as quoted: admissions in the 12 months before."]])
* insert Param(some-admissions-from-original, 1, S, [["Original form, cliniborg.com: 0, 1 to 5, more than 5 admissions in the year before."]])
* insert Param(some-admissions-from-international, 2, S, [["International form of 2016, as quoted there: 0 to 1, 2 to 5, more than 5."]])
* insert Param(some-admissions-from-simplified, 2, S, [["Simplified form, as quoted there: 0 to 1, 2 to 5, more than 5."]])
* insert Param(some-admissions-points, 2, S, [["Donzé 2013, as quoted: 2 points."]])
* insert Param(many-admissions-from, 6, S, [["Every form: more than 5."]])
* insert Param(many-admissions-points, 5, S, [["Donzé 2013, as quoted: 5 points."]])

Instance: hospital-total
InstanceOf: ObservationDefinition
Usage: #definition
* insert Definition(hospital-total, "HOSPITAL score")
* insert Sourced(, S, [["Donzé 2013 and 2016, as quoted: 0 to 13; 0-4 low (5.8 percent), 5-6 intermediate (11.9), 7 or more high (22.8)."]])
* code.text = "HOSPITAL score"
* permittedDataType = #integer
* multipleResultsAllowed = false
* insert Band(low, "low", 0, 4)
* insert Band(moderate, "intermediate", 5, 6)
* insert Band(high, "high", 7, 13)

Instance: hospital-simplified-total
InstanceOf: ObservationDefinition
Usage: #definition
* insert Definition(hospital-simplified-total, "Simplified HOSPITAL score")
* insert Sourced(, S, [["Simplified form, as quoted: 0 to 12; 5 or more is likely to be readmitted."]])
* code.text = "Simplified HOSPITAL score"
* permittedDataType = #integer
* multipleResultsAllowed = false
* insert Band(low, "unlikely", 0, 4)
* insert Band(high, "likely", 5, 12)

// ---- which service somebody was discharged from

CodeSystem: DischargeService
Id: discharge-service
Title: "Services of a hospital, as the HOSPITAL score asks about them"
Description: "Whether a person was discharged from an oncology service. A service that ConceptMap discharge-services does not know, and that no words tell, is neither: the score is then a range."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/discharge-service"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/discharge-service"
* ^property[0].code = #words
* ^property[0].type = #string
* ^property[0].description = "Words that name such a service where it has no code that we know, separated by semicolons"
* #oncology "oncology service" "A service that treats cancer."
* #oncology ^property[0].code = #words
* #oncology ^property[0].valueString = "oncology; hematology-oncology; hematology/oncology; cancer care; bone marrow transplant"
* #other "another service" "Any other service."

ValueSet: DischargeServiceCodes
Id: discharge-service
Title: "Services of a hospital, as the HOSPITAL score asks about them: all codes"
Description: "Every code of services of a hospital, as the HOSPITAL score asks about them."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/discharge-service"
* include codes from system DischargeService

Instance: discharge-services
InstanceOf: ConceptMap
Usage: #definition
* insert Map(discharge-services, DischargeServices, [["Service that a stay ended in"]], discharge-service)
* description = "Encounter.serviceType of the Encounter that ended a stay: is it an oncology service? What is not here is not known. A site adds the codes of its own services."
* copyright = "This material includes SNOMED Clinical Terms (SNOMED CT), used by permission of SNOMED International; SNOMED CT was originally created by the College of American Pathologists. Use outside the United States needs a license."
* insert Sourced(, S, [["SNOMED CT codes of HL7 ValueSet c80-practice-codes, seen as a list in one public file; the names of the oncology services in another. The names of the others: general knowledge (K). Which of them is oncology: ours (D)."]])
* insert From(http://snomed.info/sct, discharge-service)
* insert Named(394592004, "Clinical oncology", oncology)
* insert Named(408446006, "Gynecological oncology", oncology)
* insert Named(394593009, "Medical oncology", oncology)
* insert Named(418002000, "Pediatric oncology", oncology)
* insert Named(419815003, "Radiation oncology", oncology)
* insert Named(419321007, "Surgical oncology", oncology)
* insert Named(419043006, "Urological oncology", oncology)
* insert Named(408467006, "Adult mental illness", other)
* insert Named(394577000, "Anesthetics", other)
* insert Named(408462000, "Burns care", other)
* insert Named(394579002, "Cardiology", other)
* insert Named(408478003, "Critical care medicine", other)
* insert Named(394582007, "Dermatology", other)
* insert Named(408475000, "Diabetic medicine", other)
* insert Named(394583002, "Endocrinology", other)
* insert Named(419772000, "Family practice", other)
* insert Named(394584008, "Gastroenterology", other)
* insert Named(408443003, "General medical practice", other)
* insert Named(394802001, "General medicine", other)
* insert Named(394814009, "General practice", other)
* insert Named(394811001, "Geriatric medicine", other)
* insert Named(394586005, "Gynecology", other)
* insert Named(408472002, "Hepatology", other)
* insert Named(394807007, "Infectious diseases", other)
* insert Named(419192003, "Internal medicine", other)
* insert Named(394589003, "Nephrology", other)
* insert Named(394591006, "Neurology", other)
* insert Named(408470005, "Obstetrics", other)
* insert Named(394585009, "Obstetrics and gynecology", other)
* insert Named(394594003, "Ophthalmology", other)
* insert Named(418960008, "Otolaryngology", other)
* insert Named(394587001, "Psychiatry", other)
* insert Named(418112009, "Pulmonary medicine", other)
* insert Named(394602003, "Rehabilitation", other)
* insert Named(394810000, "Rheumatology", other)
* insert Named(394609007, "Surgery-general", other)
* insert Named(394801008, "Trauma and orthopedics", other)
* insert Named(394612005, "Urology", other)
* insert Named(408463005, "Vascular surgery", other)
* insert Named(394610002, "Surgery-Neurosurgery", other)
* insert Named(394611003, "Plastic surgery", other)
* insert Named(408471009, "Surgery-Cardiothoracic transplantation", other)
* insert Named(408466002, "Surgery-Cardiac surgery", other)
* insert Named(394603008, "Cardiothoracic surgery", other)
