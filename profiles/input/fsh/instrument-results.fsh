// Results of instruments for which no LOINC code was found.

CodeSystem: InstrumentResult
Id: instrument-result
Title: "Results of instruments"
Description: "What an instrument comes to, where no LOINC code of it was found."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/instrument-result"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/instrument-result"
* #gad-2-total "GAD-2 total score" "Sum of the two anxiety items of the PHQ-4."
* #housing-problems "Problems with the home" "Whether the place where the person lives has one of the problems that the AHC-HRSN asks about."

ValueSet: InstrumentResultCodes
Id: instrument-result
Title: "Results of instruments: all codes"
Description: "Every code of results of instruments."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/instrument-result"
* include codes from system InstrumentResult
