// What a condition means for care management: groups that rules ask for, and the codes that fall into them.

CodeSystem: ConditionGroup
Id: condition-group
Title: "Condition groups"
Description: "Groups of conditions that pathways, tiers and conflicts of advice ask for. A condition may be in several. Which are chronic, behavioral or a social need for the tier: our default (D)."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/condition-group"
* insert Sourced(^, D, [["Which groups count as chronic, behavioral or a social need: our default, after the categories of NCQA PCMH CM 01. Which coexist with diabetes: the ADA's list for older adults (arthritis, cancer, heart failure, depression, emphysema, falls, hypertension, kidney disease, myocardial infarction, stroke; as reprinted in clinmedjournals.org jgmg-2-014, table 1), and by our default asthma, atrial fibrillation, dementia, epilepsy and serious mental illness."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/condition-group"
* ^property[0].code = #chronic
* ^property[0].type = #boolean
* ^property[1].code = #behavioural
* ^property[1].type = #boolean
* ^property[2].code = #need
* ^property[2].type = #boolean
* ^property[3].code = #restricted
* ^property[3].type = #boolean
* ^property[4].code = #cognitive
* ^property[4].type = #boolean
* ^property[5].code = #coexisting
* ^property[5].type = #boolean
* ^property[5].description = "Counts among the illnesses that coexist with diabetes (ADA, older adults)"
* ^property[6].code = #words
* ^property[6].type = #string
* ^property[6].description = "Words of a condition that has no code we place: it is then asked about, and counts as nothing confirmed; separated by semicolons"
* #heart-failure "heart failure" "Heart failure of any kind."
* #heart-failure ^property[2].code = #words
* #heart-failure ^property[2].valueString = "heart failure; chf; hfpef; hfref; hfmref; cardiomyopathy; insuficiencia cardiaca"
* #heart-failure ^property[0].code = #chronic
* #heart-failure ^property[0].valueBoolean = true
* #heart-failure ^property[1].code = #coexisting
* #heart-failure ^property[1].valueBoolean = true
* #heart-failure-reduced "heart failure, reduced ejection fraction" "Heart failure with reduced ejection fraction."
* #diabetes-type-2 "type 2 diabetes" "Type 2 diabetes mellitus, with or without complications."
* #diabetes-type-2 ^property[1].code = #words
* #diabetes-type-2 ^property[1].valueString = "type 2 diabetes; type ii diabetes; diabetes type 2; diabetes mellitus type 2; type 2 dm; t2dm; dm2; niddm; diabetes tipo 2"
* #diabetes-type-2 ^property[0].code = #chronic
* #diabetes-type-2 ^property[0].valueBoolean = true
* #diabetes-type-1 "type 1 diabetes" "Type 1 diabetes mellitus."
* #diabetes-type-1 ^property[0].code = #chronic
* #diabetes-type-1 ^property[0].valueBoolean = true
* #hypertension "hypertension" "High blood pressure."
* #hypertension ^property[0].code = #chronic
* #hypertension ^property[0].valueBoolean = true
* #hypertension ^property[1].code = #coexisting
* #hypertension ^property[1].valueBoolean = true
* #depression "depression" "Depressive disorder."
* #depression ^property[0].code = #chronic
* #depression ^property[0].valueBoolean = true
* #depression ^property[1].code = #behavioural
* #depression ^property[1].valueBoolean = true
* #depression ^property[2].code = #coexisting
* #depression ^property[2].valueBoolean = true
* #serious-mental-illness "serious mental illness" "Bipolar disorder, schizophrenia or another psychosis."
* #serious-mental-illness ^property[0].code = #chronic
* #serious-mental-illness ^property[0].valueBoolean = true
* #serious-mental-illness ^property[1].code = #behavioural
* #serious-mental-illness ^property[1].valueBoolean = true
* #serious-mental-illness ^property[2].code = #coexisting
* #serious-mental-illness ^property[2].valueBoolean = true
* #substance-use "substance use disorder" "Alcohol or drug use disorder."
* #substance-use ^property[0].code = #behavioural
* #substance-use ^property[0].valueBoolean = true
* #substance-use ^property[1].code = #restricted
* #substance-use ^property[1].valueBoolean = true
* #anxiety "anxiety disorder" "Anxiety disorder."
* #anxiety ^property[0].code = #chronic
* #anxiety ^property[0].valueBoolean = true
* #kidney-disease "chronic kidney disease" "Chronic kidney disease of any stage."
* #kidney-disease ^property[0].code = #chronic
* #kidney-disease ^property[0].valueBoolean = true
* #kidney-disease ^property[1].code = #coexisting
* #kidney-disease ^property[1].valueBoolean = true
* #dialysis "dialysis" "Dependence on dialysis, or end-stage kidney disease."
* #copd "chronic obstructive lung disease" "Chronic obstructive pulmonary disease, emphysema."
* #copd ^property[0].code = #chronic
* #copd ^property[0].valueBoolean = true
* #copd ^property[1].code = #coexisting
* #copd ^property[1].valueBoolean = true
* #asthma "asthma" "Asthma."
* #asthma ^property[0].code = #chronic
* #asthma ^property[0].valueBoolean = true
* #asthma ^property[1].code = #coexisting
* #asthma ^property[1].valueBoolean = true
* #coronary-disease "coronary heart disease" "Ischemic heart disease."
* #coronary-disease ^property[0].code = #chronic
* #coronary-disease ^property[0].valueBoolean = true
* #coronary-disease ^property[1].code = #coexisting
* #coronary-disease ^property[1].valueBoolean = true
* #atrial-fibrillation "atrial fibrillation" "Atrial fibrillation or flutter."
* #atrial-fibrillation ^property[0].code = #chronic
* #atrial-fibrillation ^property[0].valueBoolean = true
* #atrial-fibrillation ^property[1].code = #coexisting
* #atrial-fibrillation ^property[1].valueBoolean = true
* #stroke "stroke" "Stroke or its consequences."
* #stroke ^property[0].code = #chronic
* #stroke ^property[0].valueBoolean = true
* #stroke ^property[1].code = #coexisting
* #stroke ^property[1].valueBoolean = true
* #dementia "dementia" "Dementia of any cause."
* #dementia ^property[0].code = #chronic
* #dementia ^property[0].valueBoolean = true
* #dementia ^property[1].code = #cognitive
* #dementia ^property[1].valueBoolean = true
* #dementia ^property[2].code = #coexisting
* #dementia ^property[2].valueBoolean = true
* #cognitive-impairment "cognitive impairment" "Mild to moderate cognitive impairment."
* #cognitive-impairment ^property[0].code = #cognitive
* #cognitive-impairment ^property[0].valueBoolean = true
* #cancer "cancer" "Malignant tumor, except of the skin only."
* #cancer ^property[0].code = #chronic
* #cancer ^property[0].valueBoolean = true
* #cancer ^property[1].code = #coexisting
* #cancer ^property[1].valueBoolean = true
* #arthritis "arthritis" "Osteoarthritis or rheumatoid arthritis."
* #arthritis ^property[0].code = #chronic
* #arthritis ^property[0].valueBoolean = true
* #arthritis ^property[1].code = #coexisting
* #arthritis ^property[1].valueBoolean = true
* #osteoporosis "osteoporosis" "Osteoporosis."
* #osteoporosis ^property[0].code = #chronic
* #osteoporosis ^property[0].valueBoolean = true
* #hyperlipidaemia "high blood lipids" "Hyperlipidaemia."
* #hyperlipidaemia ^property[0].code = #chronic
* #hyperlipidaemia ^property[0].valueBoolean = true
* #epilepsy "epilepsy" "Epilepsy."
* #epilepsy ^property[0].code = #chronic
* #epilepsy ^property[0].valueBoolean = true
* #epilepsy ^property[1].code = #coexisting
* #epilepsy ^property[1].valueBoolean = true
* #chronic-pain "chronic pain" "Chronic pain."
* #chronic-pain ^property[0].code = #chronic
* #chronic-pain ^property[0].valueBoolean = true
* #sleep-apnoea "sleep apnea" "Sleep apnea."
* #sleep-apnoea ^property[0].code = #chronic
* #sleep-apnoea ^property[0].valueBoolean = true
* #heart-failure-acute "heart failure, just got worse" "Acute heart failure, or chronic heart failure that has just gotten worse."
* #long-term-care "long-term care" "Lives in a nursing home or another institution."
* #foot-ulcer "foot ulcer" "Ulcer of the foot."
* #falls "falls" "Falls, or a history of them."
* #falls ^property[0].code = #coexisting
* #falls ^property[0].valueBoolean = true
* #homeless-tonight "homeless" "No place to sleep that is a home."
* #homeless-tonight ^property[0].code = #need
* #homeless-tonight ^property[0].valueBoolean = true
* #food-need "food insecurity" "Food insecurity."
* #food-need ^property[0].code = #need
* #food-need ^property[0].valueBoolean = true
* #housing-need "housing problem" "Unstable or unfit housing."
* #housing-need ^property[0].code = #need
* #housing-need ^property[0].valueBoolean = true
* #transport-need "no transport" "Lack of transport."
* #transport-need ^property[0].code = #need
* #transport-need ^property[0].valueBoolean = true
* #isolation "social isolation" "Living alone or with little contact."
* #isolation ^property[0].code = #need
* #isolation ^property[0].valueBoolean = true
* #stress-need "stress" "Stress."
* #stress-need ^property[0].code = #need
* #stress-need ^property[0].valueBoolean = true
* #money-need "money problem" "Low income or material hardship."
* #money-need ^property[0].code = #need
* #money-need ^property[0].valueBoolean = true
* #violence "violence" "Partner violence or elder abuse."
* #violence ^property[0].code = #need
* #violence ^property[0].valueBoolean = true
* #violence ^property[1].code = #restricted
* #violence ^property[1].valueBoolean = true
* #valve-disease "heart valve disease" "Disease of a heart valve, or a valve that was replaced."
* #valve-disease ^property[0].code = #chronic
* #valve-disease ^property[0].valueBoolean = true
* #work-need "unemployment or trouble at work" "No work, or harm at work."
* #work-need ^property[0].code = #need
* #work-need ^property[0].valueBoolean = true
* #education-need "schooling or literacy" "Trouble with schooling or reading."
* #education-need ^property[0].code = #need
* #education-need ^property[0].valueBoolean = true
* #family-need "family circumstances" "Trouble in the family or of settling in."
* #family-need ^property[0].code = #need
* #family-need ^property[0].valueBoolean = true
* #legal-need "legal circumstances" "Trouble with the law, or its consequences."
* #legal-need ^property[0].code = #need
* #legal-need ^property[0].valueBoolean = true
* #surroundings-need "unsafe surroundings" "Violence around the person, or its victim; not by a partner or caregiver."
* #surroundings-need ^property[0].code = #need
* #surroundings-need ^property[0].valueBoolean = true
* #surroundings-need ^property[1].code = #restricted
* #surroundings-need ^property[1].valueBoolean = true
* insert GroupsOfLungs
* #palliative-care "palliative care" "Palliative care, beside treatment of the disease or without it."
* #low-pressure "low blood pressure, dizziness or fainting" "Low blood pressure, also on standing up; dizziness; fainting."
* #utility-need "heat, light or water" "Heat, light, water or a telephone that is cut off or may be."
* #utility-need ^property[0].code = #need
* #utility-need ^property[0].valueBoolean = true

ValueSet: ConditionGroupCodes
Id: condition-group
Title: "Condition groups: all codes"
Description: "Every code of condition groups."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/condition-group"
* include codes from system ConditionGroup

RuleSet: InGroup(code, group)
* group[1].element[+].code = #{code}
* group[1].element[=].target[0].code = #{group}
* group[1].element[=].target[0].equivalence = #subsumes

RuleSet: InSnomedGroup(code, group)
* group[0].element[+].code = #{code}
* group[0].element[=].target[0].code = #{group}
* group[0].element[=].target[0].equivalence = #subsumes

Instance: condition-groups
InstanceOf: ConceptMap
Usage: #definition
* insert Artefact(ConceptMap, condition-groups, ConditionGroups, "Conditions in groups")
* description = "SNOMED CT codes match exactly; ICD-10-CM entries are prefixes, the longest one wins. A code that is not here is counted, never guessed."
* insert Sourced(, V, [["ICD-10-CM, April 2026 release (as in simple_icd_10_cm 1.5.0): all entries. SNOMED CT: 116 of 149 codes by name in public value sets and modules; the other 33 from general knowledge, marked K at the code. Which group a code is in: our default (D)."]])
* group[0].source = "http://snomed.info/sct"
* group[0].target = "https://carefhir.org/fhir/CodeSystem/condition-group"
* group[0].element[+].code = #84114007
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #42343007
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #88805009
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #85232009
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #441481004
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[1].code = #heart-failure-reduced
* group[0].element[=].target[1].equivalence = #subsumes
* group[0].element[+].code = #443253003
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[1].code = #heart-failure-reduced
* group[0].element[=].target[1].equivalence = #subsumes
* group[0].element[=].target[2].code = #heart-failure-acute
* group[0].element[=].target[2].equivalence = #subsumes
* group[0].element[+].code = #443254009
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[1].code = #heart-failure-acute
* group[0].element[=].target[1].equivalence = #subsumes
* group[0].element[+].code = #417996009
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[1].code = #heart-failure-reduced
* group[0].element[=].target[1].equivalence = #subsumes
* group[0].element[+].code = #418304008
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #703272007
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[1].code = #heart-failure-reduced
* group[0].element[=].target[1].equivalence = #subsumes
* group[0].element[+].code = #703273002
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #441530006
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #426611007
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #56675007
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[1].code = #heart-failure-acute
* group[0].element[=].target[1].equivalence = #subsumes
* group[0].element[+].code = #10633002
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[1].code = #heart-failure-acute
* group[0].element[=].target[1].equivalence = #subsumes
* group[0].element[+].code = #195111005
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[1].code = #heart-failure-acute
* group[0].element[=].target[1].equivalence = #subsumes
* group[0].element[+].code = #424404003
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[1].code = #heart-failure-acute
* group[0].element[=].target[1].equivalence = #subsumes
* group[0].element[+].code = #443343001
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[1].code = #heart-failure-acute
* group[0].element[=].target[1].equivalence = #subsumes
* group[0].element[+].code = #443344007
* group[0].element[=].target[0].code = #heart-failure
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[1].code = #heart-failure-acute
* group[0].element[=].target[1].equivalence = #subsumes
* group[0].element[+].code = #160734000
* group[0].element[=].target[0].code = #long-term-care
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #44054006
* group[0].element[=].target[0].code = #diabetes-type-2
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #422034002
* group[0].element[=].target[0].code = #diabetes-type-2
* group[0].element[=].target[0].equivalence = #subsumes
// Dyslipidemia due to type 1, and due to type 2, diabetes mellitus.
* group[0].element[+].code = #368551000119104
* group[0].element[=].target[0].code = #diabetes-type-1
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #761000119102
* group[0].element[=].target[0].code = #diabetes-type-2
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #97331000119101
* group[0].element[=].target[0].code = #diabetes-type-2
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #90781000119102
* group[0].element[=].target[0].code = #diabetes-type-2
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #127013003
* group[0].element[=].target[0].code = #diabetes-type-2
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "The type of diabetes is not said; taken as type 2: our default (D)."
* group[0].element[=].target[1].code = #kidney-disease
* group[0].element[=].target[1].equivalence = #subsumes
* group[0].element[+].code = #157141000119108
* group[0].element[=].target[0].code = #diabetes-type-2
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #60951000119105
* group[0].element[=].target[0].code = #diabetes-type-2
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #1551000119108
* group[0].element[=].target[0].code = #diabetes-type-2
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #313436004
* group[0].element[=].target[0].code = #diabetes-type-2
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #46635009
* group[0].element[=].target[0].code = #diabetes-type-1
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #59621000
* group[0].element[=].target[0].code = #hypertension
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #38341003
* group[0].element[=].target[0].code = #hypertension
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #35489007
* group[0].element[=].target[0].code = #depression
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #370143000
* group[0].element[=].target[0].code = #depression
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #36923009
* group[0].element[=].target[0].code = #depression
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #310495003
* group[0].element[=].target[0].code = #depression
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #66344007
* group[0].element[=].target[0].code = #depression
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #73867007
* group[0].element[=].target[0].code = #depression
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #13746004
* group[0].element[=].target[0].code = #serious-mental-illness
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #58214004
* group[0].element[=].target[0].code = #serious-mental-illness
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #191736004
* group[0].element[=].target[0].code = #serious-mental-illness
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Obsessive-compulsive disorder counts as serious mental illness: our default (D)."
* group[0].element[+].code = #68890003
* group[0].element[=].target[0].code = #serious-mental-illness
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #69322001
* group[0].element[=].target[0].code = #serious-mental-illness
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #7200002
* group[0].element[=].target[0].code = #substance-use
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #15167005
* group[0].element[=].target[0].code = #substance-use
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #6525002
* group[0].element[=].target[0].code = #substance-use
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #5602001
* group[0].element[=].target[0].code = #substance-use
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #55680006
* group[0].element[=].target[0].code = #substance-use
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Drug overdose: our default (D)."
* group[0].element[+].code = #361055000
* group[0].element[=].target[0].code = #substance-use
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #191816009
* group[0].element[=].target[0].code = #substance-use
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #26416006
* group[0].element[=].target[0].code = #substance-use
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #80583007
* group[0].element[=].target[0].code = #anxiety
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #197480006
* group[0].element[=].target[0].code = #anxiety
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #21897009
* group[0].element[=].target[0].code = #anxiety
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #709044004
* group[0].element[=].target[0].code = #kidney-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #431855005
* group[0].element[=].target[0].code = #kidney-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #431856006
* group[0].element[=].target[0].code = #kidney-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #433144002
* group[0].element[=].target[0].code = #kidney-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #431857002
* group[0].element[=].target[0].code = #kidney-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #433146000
* group[0].element[=].target[0].code = #kidney-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #46177005
* group[0].element[=].target[0].code = #kidney-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[1].code = #dialysis
* group[0].element[=].target[1].equivalence = #subsumes
* group[0].element[+].code = #105502003
* group[0].element[=].target[0].code = #dialysis
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #13645005
* group[0].element[=].target[0].code = #copd
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #87433001
* group[0].element[=].target[0].code = #copd
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #185086009
* group[0].element[=].target[0].code = #copd
* group[0].element[=].target[0].equivalence = #subsumes
* insert SnomedOfLungs
* group[0].element[+].code = #103735009
* group[0].element[=].target[0].code = #palliative-care
* group[0].element[=].target[0].equivalence = #subsumes
* insert InSnomedGroup(28651003, low-pressure)
* insert Sourced(group[0].element[=]., K, "Orthostatic hypotension: from general knowledge.")
* insert InSnomedGroup(45007003, low-pressure)
* insert Sourced(group[0].element[=]., K, "Low blood pressure: from general knowledge.")
* insert InSnomedGroup(404640003, low-pressure)
* insert Sourced(group[0].element[=]., K, "Dizziness: from general knowledge.")
* insert InSnomedGroup(271594007, low-pressure)
* insert Sourced(group[0].element[=]., K, "Syncope: from general knowledge.")
* insert InSnomedGroup(1912002, falls)
* insert InSnomedGroup(20902002, falls)
* insert InSnomedGroup(217083007, falls)
* insert InSnomedGroup(217142006, falls)
* insert InSnomedGroup(217154006, falls)
* group[0].element[+].code = #195967001
* group[0].element[=].target[0].code = #asthma
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #233678006
* group[0].element[=].target[0].code = #asthma
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #53741008
* group[0].element[=].target[0].code = #coronary-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #414545008
* group[0].element[=].target[0].code = #coronary-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #22298006
* group[0].element[=].target[0].code = #coronary-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #399211009
* group[0].element[=].target[0].code = #coronary-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #401303003
* group[0].element[=].target[0].code = #coronary-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #401314000
* group[0].element[=].target[0].code = #coronary-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #399261000
* group[0].element[=].target[0].code = #coronary-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #49436004
* group[0].element[=].target[0].code = #atrial-fibrillation
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #282825002
* group[0].element[=].target[0].code = #atrial-fibrillation
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #5370000
* group[0].element[=].target[0].code = #atrial-fibrillation
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #230690007
* group[0].element[=].target[0].code = #stroke
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #422504002
* group[0].element[=].target[0].code = #stroke
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #52448006
* group[0].element[=].target[0].code = #dementia
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #26929004
* group[0].element[=].target[0].code = #dementia
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #230265002
* group[0].element[=].target[0].code = #dementia
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #429998004
* group[0].element[=].target[0].code = #dementia
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #386806002
* group[0].element[=].target[0].code = #cognitive-impairment
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #386805003
* group[0].element[=].target[0].code = #cognitive-impairment
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #363346000
* group[0].element[=].target[0].code = #cancer
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #254837009
* group[0].element[=].target[0].code = #cancer
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #126906006
* group[0].element[=].target[0].code = #cancer
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Neoplasm of prostate, used for prostate cancer by some systems: our default (D)."
* group[0].element[+].code = #363406005
* group[0].element[=].target[0].code = #cancer
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #93761005
* group[0].element[=].target[0].code = #cancer
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #109838007
* group[0].element[=].target[0].code = #cancer
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #254637007
* group[0].element[=].target[0].code = #cancer
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #424132000
* group[0].element[=].target[0].code = #cancer
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #92691004
* group[0].element[=].target[0].code = #cancer
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #314994000
* group[0].element[=].target[0].code = #cancer
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #239873007
* group[0].element[=].target[0].code = #arthritis
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #239872002
* group[0].element[=].target[0].code = #arthritis
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #69896004
* group[0].element[=].target[0].code = #arthritis
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #3723001
* group[0].element[=].target[0].code = #arthritis
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #201834006
* group[0].element[=].target[0].code = #arthritis
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #57676002
* group[0].element[=].target[0].code = #arthritis
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Joint pain, taken as arthritis: our default (D)."
* group[0].element[+].code = #64859006
* group[0].element[=].target[0].code = #osteoporosis
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #443165006
* group[0].element[=].target[0].code = #osteoporosis
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #55822004
* group[0].element[=].target[0].code = #hyperlipidaemia
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #302870006
* group[0].element[=].target[0].code = #hyperlipidaemia
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #267432004
* group[0].element[=].target[0].code = #hyperlipidaemia
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #84757009
* group[0].element[=].target[0].code = #epilepsy
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #128613002
* group[0].element[=].target[0].code = #epilepsy
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #82423001
* group[0].element[=].target[0].code = #chronic-pain
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #278860009
* group[0].element[=].target[0].code = #chronic-pain
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #279039007
* group[0].element[=].target[0].code = #chronic-pain
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Low back pain, taken as chronic: our default (D)."
* group[0].element[+].code = #1121000119107
* group[0].element[=].target[0].code = #chronic-pain
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #124171000119105
* group[0].element[=].target[0].code = #chronic-pain
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Chronic intractable migraine, taken as chronic pain: our default (D)."
* group[0].element[+].code = #203082005
* group[0].element[=].target[0].code = #chronic-pain
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #73430006
* group[0].element[=].target[0].code = #sleep-apnoea
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #78275009
* group[0].element[=].target[0].code = #sleep-apnoea
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #371087003
* group[0].element[=].target[0].code = #foot-ulcer
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #201250006
* group[0].element[=].target[0].code = #foot-ulcer
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #161898004
* group[0].element[=].target[0].code = #falls
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #129839007
* group[0].element[=].target[0].code = #falls
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #217082002
* group[0].element[=].target[0].code = #falls
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #32911000
* group[0].element[=].target[0].code = #homeless-tonight
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #611141000124105
* group[0].element[=].target[0].code = #homeless-tonight
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #733423003
* group[0].element[=].target[0].code = #food-need
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #445281000124101
* group[0].element[=].target[0].code = #food-need
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #105531004
* group[0].element[=].target[0].code = #housing-need
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #713458007
* group[0].element[=].target[0].code = #transport-need
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #266934004
* group[0].element[=].target[0].code = #transport-need
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #551731000124103
* group[0].element[=].target[0].code = #transport-need
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #422650009
* group[0].element[=].target[0].code = #isolation
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #423315002
* group[0].element[=].target[0].code = #isolation
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #105529008
* group[0].element[=].target[0].code = #isolation
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #73595000
* group[0].element[=].target[0].code = #stress-need
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #454061000124102
* group[0].element[=].target[0].code = #money-need
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #160932005
* group[0].element[=].target[0].code = #money-need
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #706893006
* group[0].element[=].target[0].code = #violence
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #95922009
* group[0].element[=].target[0].code = #violence
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #368581000119106
* group[0].element[=].target[0].code = #diabetes-type-2
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #10939881000119105
* group[0].element[=].target[0].code = #substance-use
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #424393004
* group[0].element[=].target[0].code = #surroundings-need
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #73438004
* group[0].element[=].target[0].code = #work-need
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #161665007
* group[0].element[=].target[0].code = #kidney-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #4557003
* group[0].element[=].target[0].code = #coronary-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[+].code = #48724000
* group[0].element[=].target[0].code = #valve-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #60573004
* group[0].element[=].target[0].code = #valve-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #60234000
* group[0].element[=].target[0].code = #valve-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[0].element[+].code = #1231000119100
* group[0].element[=].target[0].code = #valve-disease
* group[0].element[=].target[0].equivalence = #subsumes
* group[0].element[=].target[0].comment = "Code and meaning from general knowledge (K)."
* group[1].source = "http://hl7.org/fhir/sid/icd-10-cm"
* group[1].target = "https://carefhir.org/fhir/CodeSystem/condition-group"
* group[1].element[+].code = #I50
* group[1].element[=].target[0].code = #heart-failure
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I11.0
* group[1].element[=].target[0].code = #heart-failure
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #hypertension
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[+].code = #I13.0
* group[1].element[=].target[0].code = #heart-failure
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #hypertension
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[=].target[2].code = #kidney-disease
* group[1].element[=].target[2].equivalence = #subsumes
* group[1].element[+].code = #I13.2
* group[1].element[=].target[0].code = #heart-failure
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #hypertension
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[=].target[2].code = #kidney-disease
* group[1].element[=].target[2].equivalence = #subsumes
* group[1].element[+].code = #I50.2
* group[1].element[=].target[0].code = #heart-failure-reduced
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #heart-failure
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[+].code = #I50.21
* group[1].element[=].target[0].code = #heart-failure
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #heart-failure-reduced
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[=].target[2].code = #heart-failure-acute
* group[1].element[=].target[2].equivalence = #subsumes
* group[1].element[+].code = #I50.23
* group[1].element[=].target[0].code = #heart-failure
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #heart-failure-reduced
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[=].target[2].code = #heart-failure-acute
* group[1].element[=].target[2].equivalence = #subsumes
* group[1].element[+].code = #I50.31
* group[1].element[=].target[0].code = #heart-failure
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #heart-failure-acute
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[+].code = #I50.33
* group[1].element[=].target[0].code = #heart-failure
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #heart-failure-acute
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[+].code = #I50.4
* group[1].element[=].target[0].code = #heart-failure
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #heart-failure-reduced
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[+].code = #I50.41
* group[1].element[=].target[0].code = #heart-failure
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #heart-failure-reduced
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[=].target[2].code = #heart-failure-acute
* group[1].element[=].target[2].equivalence = #subsumes
* group[1].element[+].code = #I50.43
* group[1].element[=].target[0].code = #heart-failure
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #heart-failure-reduced
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[=].target[2].code = #heart-failure-acute
* group[1].element[=].target[2].equivalence = #subsumes
* group[1].element[+].code = #Z59.3
* group[1].element[=].target[0].code = #long-term-care
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #E11
* group[1].element[=].target[0].code = #diabetes-type-2
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #E10
* group[1].element[=].target[0].code = #diabetes-type-1
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I10
* group[1].element[=].target[0].code = #hypertension
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I11
* group[1].element[=].target[0].code = #hypertension
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I12
* group[1].element[=].target[0].code = #hypertension
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #kidney-disease
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[+].code = #I13
* group[1].element[=].target[0].code = #hypertension
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #kidney-disease
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[+].code = #F32
* group[1].element[=].target[0].code = #depression
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F33
* group[1].element[=].target[0].code = #depression
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F20
* group[1].element[=].target[0].code = #serious-mental-illness
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F25
* group[1].element[=].target[0].code = #serious-mental-illness
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F28
* group[1].element[=].target[0].code = #serious-mental-illness
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F29
* group[1].element[=].target[0].code = #serious-mental-illness
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F30
* group[1].element[=].target[0].code = #serious-mental-illness
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F31
* group[1].element[=].target[0].code = #serious-mental-illness
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F10
* group[1].element[=].target[0].code = #substance-use
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F11
* group[1].element[=].target[0].code = #substance-use
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F12
* group[1].element[=].target[0].code = #substance-use
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F13
* group[1].element[=].target[0].code = #substance-use
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F14
* group[1].element[=].target[0].code = #substance-use
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F15
* group[1].element[=].target[0].code = #substance-use
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F16
* group[1].element[=].target[0].code = #substance-use
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F18
* group[1].element[=].target[0].code = #substance-use
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F19
* group[1].element[=].target[0].code = #substance-use
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F40
* group[1].element[=].target[0].code = #anxiety
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F41
* group[1].element[=].target[0].code = #anxiety
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #N18
* group[1].element[=].target[0].code = #kidney-disease
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #E11.22
* group[1].element[=].target[0].code = #kidney-disease
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #diabetes-type-2
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[+].code = #Z99.2
* group[1].element[=].target[0].code = #dialysis
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #N18.6
* group[1].element[=].target[0].code = #dialysis
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #kidney-disease
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[+].code = #J43
* group[1].element[=].target[0].code = #copd
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #J44
* group[1].element[=].target[0].code = #copd
* group[1].element[=].target[0].equivalence = #subsumes
* insert IcdOfLungs
* group[1].element[+].code = #Z51.5
* group[1].element[=].target[0].code = #palliative-care
* group[1].element[=].target[0].equivalence = #subsumes
* insert InGroup(I95, low-pressure)
* insert InGroup(R42, low-pressure)
* insert InGroup(R55, low-pressure)
* insert InGroup(W01, falls)
* insert InGroup(W06, falls)
* insert InGroup(W07, falls)
* insert InGroup(W10, falls)
* insert InGroup(W18, falls)
* insert InGroup(Z59.12, utility-need)
* group[1].element[+].code = #J45
* group[1].element[=].target[0].code = #asthma
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I20
* group[1].element[=].target[0].code = #coronary-disease
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I21
* group[1].element[=].target[0].code = #coronary-disease
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I22
* group[1].element[=].target[0].code = #coronary-disease
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I24
* group[1].element[=].target[0].code = #coronary-disease
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I25
* group[1].element[=].target[0].code = #coronary-disease
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I48
* group[1].element[=].target[0].code = #atrial-fibrillation
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I60
* group[1].element[=].target[0].code = #stroke
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I61
* group[1].element[=].target[0].code = #stroke
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I63
* group[1].element[=].target[0].code = #stroke
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I69
* group[1].element[=].target[0].code = #stroke
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F01
* group[1].element[=].target[0].code = #dementia
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F02
* group[1].element[=].target[0].code = #dementia
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #F03
* group[1].element[=].target[0].code = #dementia
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #G30
* group[1].element[=].target[0].code = #dementia
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #G31.84
* group[1].element[=].target[0].code = #cognitive-impairment
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #R41.81
* group[1].element[=].target[0].code = #cognitive-impairment
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C0
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C1
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C2
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C3
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C40
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C41
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C43
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C45
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C46
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C47
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C48
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C49
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C5
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C6
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C7
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C8
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #C9
* group[1].element[=].target[0].code = #cancer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #M05
* group[1].element[=].target[0].code = #arthritis
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #M06
* group[1].element[=].target[0].code = #arthritis
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #M15
* group[1].element[=].target[0].code = #arthritis
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #M16
* group[1].element[=].target[0].code = #arthritis
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #M17
* group[1].element[=].target[0].code = #arthritis
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #M19
* group[1].element[=].target[0].code = #arthritis
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #M80
* group[1].element[=].target[0].code = #osteoporosis
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #M81
* group[1].element[=].target[0].code = #osteoporosis
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #E78
* group[1].element[=].target[0].code = #hyperlipidaemia
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #G40
* group[1].element[=].target[0].code = #epilepsy
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #G89.2
* group[1].element[=].target[0].code = #chronic-pain
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #G89.4
* group[1].element[=].target[0].code = #chronic-pain
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #G47.3
* group[1].element[=].target[0].code = #sleep-apnoea
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #L97.4
* group[1].element[=].target[0].code = #foot-ulcer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #L97.5
* group[1].element[=].target[0].code = #foot-ulcer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #E11.621
* group[1].element[=].target[0].code = #foot-ulcer
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[=].target[1].code = #diabetes-type-2
* group[1].element[=].target[1].equivalence = #subsumes
* group[1].element[+].code = #W19
* group[1].element[=].target[0].code = #falls
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z91.81
* group[1].element[=].target[0].code = #falls
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #R29.6
* group[1].element[=].target[0].code = #falls
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z59.0
* group[1].element[=].target[0].code = #homeless-tonight
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z59.41
* group[1].element[=].target[0].code = #food-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z59.48
* group[1].element[=].target[0].code = #food-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z59.1
* group[1].element[=].target[0].code = #housing-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z59.81
* group[1].element[=].target[0].code = #housing-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z59.82
* group[1].element[=].target[0].code = #transport-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z75.3
* group[1].element[=].target[0].code = #transport-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z60.2
* group[1].element[=].target[0].code = #isolation
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z60.4
* group[1].element[=].target[0].code = #isolation
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z73.3
* group[1].element[=].target[0].code = #stress-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z59.5
* group[1].element[=].target[0].code = #money-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z59.6
* group[1].element[=].target[0].code = #money-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z59.86
* group[1].element[=].target[0].code = #money-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z59.87
* group[1].element[=].target[0].code = #money-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #T74
* group[1].element[=].target[0].code = #violence
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z69.1
* group[1].element[=].target[0].code = #violence
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z56
* group[1].element[=].target[0].code = #work-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z65.4
* group[1].element[=].target[0].code = #surroundings-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I34
* group[1].element[=].target[0].code = #valve-disease
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #I35
* group[1].element[=].target[0].code = #valve-disease
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z95.2
* group[1].element[=].target[0].code = #valve-disease
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z94.0
* group[1].element[=].target[0].code = #kidney-disease
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z55
* group[1].element[=].target[0].code = #education-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z65.0
* group[1].element[=].target[0].code = #legal-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z65.1
* group[1].element[=].target[0].code = #legal-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z65.2
* group[1].element[=].target[0].code = #legal-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z65.3
* group[1].element[=].target[0].code = #legal-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z59.2
* group[1].element[=].target[0].code = #housing-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[1].element[+].code = #Z59.7
* group[1].element[=].target[0].code = #money-need
* group[1].element[=].target[0].equivalence = #subsumes
* group[2].source = "https://carefhir.org/fhir/CodeSystem/finding"
* group[2].target = "https://carefhir.org/fhir/CodeSystem/condition-group"
* group[2].element[+].code = #alcohol-screen-positive
* group[2].element[=].target[0].code = #substance-use
* group[2].element[=].target[0].equivalence = #inexact
* group[2].element[=].target[0].comment = "A screen is not a diagnosis: it counts as a concern, and is as restricted as one (clinical practice, rules 4 and 5)."
* group[2].element[+].code = #violence-screen-positive
* group[2].element[=].target[0].code = #violence
* group[2].element[=].target[0].equivalence = #inexact
* group[2].element[=].target[0].comment = "A screen is not a diagnosis: it counts as a concern, and is as restricted as one (clinical practice, rules 4 and 5)."
* group[2].element[+].code = #substance-use-screen-positive
* group[2].element[=].target[0].code = #substance-use
* group[2].element[=].target[0].equivalence = #inexact
* group[2].element[=].target[0].comment = "A screen is not a diagnosis: it counts as a concern, and is as restricted as one (clinical practice, rules 4 and 5)."
* group[2].element[+].code = #lonely
* group[2].element[=].target[0].code = #isolation
* group[2].element[=].target[0].equivalence = #inexact
* group[2].element[=].target[0].comment = "A screen is not a diagnosis: it counts as a concern (clinical practice, rule 5)."
* group[2].element[+].code = #stress
* group[2].element[=].target[0].code = #stress-need
* group[2].element[=].target[0].equivalence = #inexact
* group[2].element[=].target[0].comment = "A screen is not a diagnosis: it counts as a concern (clinical practice, rule 5)."
