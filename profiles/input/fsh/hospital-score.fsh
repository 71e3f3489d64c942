// The HOSPITAL score, beside LACE: which of its three published forms is meant is never left open.

Instance: hospital-score
InstanceOf: PlanDefinition
Usage: #definition
* insert Plan(hospital-score, HospitalScore, "HOSPITAL score: parameters")
* description = "Numbers of the HOSPITAL score for potentially avoidable readmission within 30 days, in its three published forms: 'original' (2013), 'international' (2016) and 'simplified'. They count earlier admissions from different numbers on, and the simplified one drops the procedure and counts a diagnosis of cancer; so the form is named wherever a score is worked out or shown. Bands: ObservationDefinition/hospital-total, and hospital-simplified-total for the simplified form."
* insert ComparisonsHospitalScore
* copyright = "Published algorithm: Donzé J, Aujesky D, Williams D, Schnipper JL. Potentially avoidable 30-day hospital readmissions in medical patients: derivation and validation of a prediction model. JAMA Intern Med 2013;173:632-638."
* insert Param(hemoglobin-under, 12, S, [["Donzé 2013, as quoted: hemoglobin under 12 g/dL at discharge."]])
* insert Param(hemoglobin-points, 1, S, [["Donzé 2013, as quoted: 1 point."]])
* insert Param(oncology-points, 2, S, [["Donzé 2013, as quoted: discharge from an oncology service, 2 points. The simplified form counts a diagnosis of cancer too."]])
* insert Param(sodium-under, 135, S, [["Donzé 2013, as quoted: sodium under 135 mmol/L at discharge."]])
* insert Param(sodium-points, 1, S, [["Donzé 2013, as quoted: 1 point."]])
* insert Param(procedure-points-original, 1, S, [["Donzé 2013, as quoted: any coded procedure during the stay, 1 point."]])
* insert Param(procedure-points-international, 1, S, [["Donzé 2016, as quoted: any coded procedure, 1 point."]])
* insert Param(procedure-points-simplified, 0, S, [["Simplified form, as quoted: the procedure is dropped."]])
* insert Param(urgent-points, 1, S, [["Donzé 2013, as quoted: urgent admission, 1 point."]])
* insert Param(length-from, 5, S, [["Donzé 2013, as quoted: a stay of 5 days or more."]])
* insert Param(length-points, 2, S, [["Donzé 2013, as quoted: 2 points."]])
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
