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
* #katz-total "Katz index" "How many of six activities of daily living a person does without help."
* #health-literacy "Health literacy, single item" "How often a person needs help with reading what a doctor or pharmacy gives them."
* #falls-screen "Falls screen" "Whether one of three key questions about falls was answered with yes."
* #prapare-worry "Worried about losing the home (PRAPARE)" "Whether the person is worried about losing their housing."
* #prapare-food "Food (PRAPARE)" "Whether food could not be had when it was needed."
* #prapare-utilities "Utilities (PRAPARE)" "Whether utilities could not be had when they were needed."
* #prapare-transport "Transport (PRAPARE)" "Whether lack of transport kept the person from something."
* #prapare-safety "Safety (PRAPARE)" "Whether the person is afraid of a partner, or does not feel safe where they live."
* #ahc-substance-use "Substance use (AHC-HRSN)" "Whether one of the four supplemental questions about drink, tobacco, medicines and drugs was answered with anything but never."
* #housing-problems "Problems with the home" "Whether the place where the person lives has one of the problems that the AHC-HRSN asks about."

ValueSet: InstrumentResultCodes
Id: instrument-result
Title: "Results of instruments: all codes"
Description: "Every code of results of instruments."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/instrument-result"
* include codes from system InstrumentResult

CodeSystem: InstrumentAnswer
Id: instrument-answer
Title: "Answers of instruments"
Description: "Answers of instruments that are scored by code and shipped without wording, or for which no LOINC answer was found."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/instrument-answer"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/instrument-answer"
* #points-0 "0 points" "The answer of an item that gives 0 points."
* #points-5 "5 points" "The answer of an item that gives 5 points."
* #points-10 "10 points" "The answer of an item that gives 10 points."
* #points-15 "15 points" "The answer of an item that gives 15 points."
* #independent "without help" "The person does it without supervision, direction or help."
* #dependent "with help" "The person needs supervision, direction or help with it, or does not do it."

ValueSet: InstrumentAnswerCodes
Id: instrument-answer
Title: "Answers of instruments: all codes"
Description: "Every code of answers of instruments."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/instrument-answer"
* include codes from system InstrumentAnswer

CodeSystem: InstrumentItem
Id: instrument-item
Title: "Items of instruments"
Description: "Items for which no LOINC code was found, or none is known to us."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/instrument-item"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/instrument-item"
* #katz "Katz index of independence" "The Katz index as a whole."
* #katz-bathing "bathing" "Katz index: bathing."
* #katz-dressing "dressing" "Katz index: dressing."
* #katz-toileting "toileting" "Katz index: toileting."
* #katz-transferring "transferring" "Katz index: transferring."
* #katz-continence "continence" "Katz index: continence."
* #katz-feeding "feeding" "Katz index: feeding."
* #single-item-literacy "single item about health literacy" "The Single Item Literacy Screener as a whole."
* #help-with-reading "help with reading" "How often somebody needs help with written material from a doctor or pharmacy."
* #falls-screen "falls screen" "The three key questions about falls as a whole."
* #fallen "fallen" "Whether the person has fallen in the past year."
* #unsteady "unsteady" "Whether the person feels unsteady when standing or walking."
* #worried-about-falling "worried about falling" "Whether the person is worried about falling."
* #what-matters "what matters" "The conversation about what matters as a whole."
* #supports "supports and caregivers" "The questions about who helps, and how they are, as a whole."

ValueSet: InstrumentItemCodes
Id: instrument-item
Title: "Items of instruments: all codes"
Description: "Every code of items of instruments."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/instrument-item"
* include codes from system InstrumentItem
