// What was compared with public artefacts: which, in which version, what, and what came of it. docs/sources.md is made of it.
// Measures whose publisher is NCQA were not used, and are not named.

CodeSystem: ComparisonOutcome
Id: comparison-outcome
Title: "What a comparison came to"
Description: "What came of comparing a rule of ours with a public artefact."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/comparison-outcome"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/comparison-outcome"
* #agrees "agrees" "The same number, code or population."
* #differs "differs" "Another number, code or population, on purpose; the text says why."
* #not-taken "not taken" "Theirs has it, and it does not fit here; the text says why."
* #lacks "lacks" "Theirs has it, and ours should; it is a known gap."

ValueSet: ComparisonOutcomeCodes
Id: comparison-outcome
Title: "What a comparison came to: all codes"
Description: "Every code of what a comparison came to."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/comparison-outcome"
* include codes from system ComparisonOutcome

Extension: Compared
Id: compared
Title: "Compared"
Description: "What of a public artefact was compared with this one: its version, what came of it, and what was compared, in words. On a related artifact of type citation. Read by people, and by the page that lists all comparisons."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "RelatedArtifact"
* extension contains version 1..1 and outcome 1..1 and text 1..1
* extension[version].value[x] only string
* extension[outcome].value[x] only code
* extension[outcome].valueCode from ComparisonOutcomeCodes (required)
* extension[text].value[x] only string

Extension: ComparedArtifact
Id: compared-artifact
Title: "Compared artifact"
Description: "A public artefact that was compared with a code system or a map, which have no related artifacts in R4. Read as relatedArtifact is."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "CodeSystem"
* ^context[1].type = #element
* ^context[1].expression = "ConceptMap"
* value[x] only RelatedArtifact
* valueRelatedArtifact 1..1

// With an address, and without one.
RuleSet: Compares(display, url, version, outcome, text)
* insert ComparesUnaddressed([[{display}]], [[{version}]], {outcome}, [[{text}]])
* relatedArtifact[=].url = "{url}"

RuleSet: ComparesUnaddressed(display, version, outcome, text)
* relatedArtifact[+].type = #citation
* relatedArtifact[=].display = "{display}"
* relatedArtifact[=].extension[0].url = "https://carefhir.org/fhir/StructureDefinition/compared"
* relatedArtifact[=].extension[0].extension[0].url = "version"
* relatedArtifact[=].extension[0].extension[0].valueString = "{version}"
* relatedArtifact[=].extension[0].extension[1].url = "outcome"
* relatedArtifact[=].extension[0].extension[1].valueCode = #{outcome}
* relatedArtifact[=].extension[0].extension[2].url = "text"
* relatedArtifact[=].extension[0].extension[2].valueString = "{text}"

RuleSet: SystemCompares(display, url, version, outcome, text)
* ^extension[+].url = "https://carefhir.org/fhir/StructureDefinition/compared-artifact"
* ^extension[=].valueRelatedArtifact.type = #citation
* ^extension[=].valueRelatedArtifact.display = "{display}"
* ^extension[=].valueRelatedArtifact.url = "{url}"
* ^extension[=].valueRelatedArtifact.extension[0].url = "https://carefhir.org/fhir/StructureDefinition/compared"
* ^extension[=].valueRelatedArtifact.extension[0].extension[0].url = "version"
* ^extension[=].valueRelatedArtifact.extension[0].extension[0].valueString = "{version}"
* ^extension[=].valueRelatedArtifact.extension[0].extension[1].url = "outcome"
* ^extension[=].valueRelatedArtifact.extension[0].extension[1].valueCode = #{outcome}
* ^extension[=].valueRelatedArtifact.extension[0].extension[2].url = "text"
* ^extension[=].valueRelatedArtifact.extension[0].extension[2].valueString = "{text}"

RuleSet: ComparisonsPathwayDepression
* insert Compares([[CMS159 in FHIR, Depression Remission at Twelve Months (MN Community Measurement)]], [[https://madie.cms.gov/Measure/CMS159FHIRDepRemissionat12Months]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[Remission is a PHQ-9 below 5; bipolar disorder, schizophrenia and other psychoses are excluded, and so is a hospice.]])
* insert Compares([[CMS159 in FHIR, Depression Remission at Twelve Months (MN Community Measurement)]], [[https://madie.cms.gov/Measure/CMS159FHIRDepRemissionat12Months]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], differs, [[Theirs: twelve months, 60 days more or less, from a PHQ-9 above 9. Ours: 4 to 8 months for everybody with the diagnosis, because a plan of care looks sooner.]])
* insert Compares([[CMS159 in FHIR, Depression Remission at Twelve Months (MN Community Measurement)]], [[https://madie.cms.gov/Measure/CMS159FHIRDepRemissionat12Months]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], not-taken, [[Theirs also excludes palliative care, emotionally labile personality disorder and pervasive developmental disorder. Ours goes on beside palliative care; the two disorders are in no group of ours.]])
* insert Compares([[CMS2 in FHIR, Preventive Care and Screening: Screening for Depression and Follow-Up Plan (CMS)]], [[https://madie.cms.gov/Measure/CMS2FHIRPCSDepScreenAndFollowUp]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], differs, [[Theirs: a follow-up plan is documented within 2 days of the visit with a positive screen. Ours: a contact within 30 days, within 7 from a PHQ-9 of 15, the same day from 20; a referral from 10.]])

RuleSet: ComparisonsPathwayDepressionSpecialist
* insert Compares([[CMS159 in FHIR, Depression Remission at Twelve Months (MN Community Measurement)]], [[https://madie.cms.gov/Measure/CMS159FHIRDepRemissionat12Months]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[Bipolar disorder and psychoses are left out of the depression pathway; here they are referred.]])
* insert Compares([[CMS2 in FHIR, Preventive Care and Screening: Screening for Depression and Follow-Up Plan (CMS)]], [[https://madie.cms.gov/Measure/CMS2FHIRPCSDepScreenAndFollowUp]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[Bipolar disorder is excluded.]])

RuleSet: ComparisonsMoodFollowUp
* insert Compares([[CMS2 in FHIR, Preventive Care and Screening: Screening for Depression and Follow-Up Plan (CMS)]], [[https://madie.cms.gov/Measure/CMS2FHIRPCSDepScreenAndFollowUp]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], differs, [[Theirs: a follow-up plan within 2 days of any positive screen. Ours: the same day from 20 or after a rise of 5 to 15 or more, two business days from 15.]])

RuleSet: ComparisonsScreenFollowUp
* insert Compares([[CMS2 in FHIR, Preventive Care and Screening: Screening for Depression and Follow-Up Plan (CMS)]], [[https://madie.cms.gov/Measure/CMS2FHIRPCSDepScreenAndFollowUp]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], differs, [[Theirs: a follow-up plan is documented within 2 days of the visit. Ours: a Task with an owner and a day for each finding.]])

RuleSet: ComparisonsPathwayHypertension
* insert Compares([[CMS22 in FHIR, Screening for High Blood Pressure and Follow-Up Documented (CMS)]], [[https://madie.cms.gov/Measure/CMS22FHIRPCSBPScreeningFollowUp]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[140 for the upper or 90 for the lower number asks for a review of treatment.]])
* insert Compares([[CMS22 in FHIR, Screening for High Blood Pressure and Follow-Up Documented (CMS)]], [[https://madie.cms.gov/Measure/CMS22FHIRPCSBPScreeningFollowUp]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], differs, [[Theirs asks at a first reading of 130 or 80 for another one within 6 months. Ours has a goal below 130/80 and home readings, and no rule of its own at 130.]])

RuleSet: ComparisonsPathwayDiabetesType2
* insert ComparesUnaddressed([[American Diabetes Association, Standards of Care: Older Adults; Glycemic Goals]], [[tables as reprinted (PMC6794221; Clinical Diabetes; section 6 of 2017)]], agrees, [[Classes of older adults and their A1c: below 7.0 to 7.5, below 8.0, no reliance on A1c; below 7.0 for other adults; 54 mg/dL as a serious low.]])
* insert ComparesUnaddressed([[Indian Health Service, Diabetes Standards of Care]], [[recommendations at a glance, read November 2026]], agrees, [[Eyes, feet and kidneys each year; A1c every 3 to 6 months; below 130/80 mmHg.]])
* insert Compares([[CMS951 in FHIR, Kidney Health Evaluation (National Kidney Foundation)]], [[https://madie.cms.gov/Measure/CMS951FHIRKidneyHealthEval]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[eGFR and albumin-to-creatinine ratio in urine within 12 months; end-stage kidney disease and hospice left out.]])
* insert Compares([[CMS951 in FHIR, Kidney Health Evaluation (National Kidney Foundation)]], [[https://madie.cms.gov/Measure/CMS951FHIRKidneyHealthEval]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], differs, [[Theirs leaves out stage 5 without dialysis, palliative care, and ages under 18 and over 85; ours asks them, too, except children.]])
* insert Compares([[CMS347 in FHIR, Statin Therapy for Cardiovascular Disease (CMS)]], [[https://madie.cms.gov/Measure/CMS347FHIRStatinPreventionTxCVD]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[A statin at 40 to 75 years with diabetes.]])
* insert Compares([[CMS347 in FHIR, Statin Therapy for Cardiovascular Disease (CMS)]], [[https://madie.cms.gov/Measure/CMS347FHIRStatinPreventionTxCVD]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], differs, [[Theirs counts a statin given. Ours puts a question, because a list may be incomplete and a reason need not be written.]])
* insert Compares([[CMS816 in FHIR, Hospital Harm: Severe Hypoglycemia (CMS)]], [[https://madie.cms.gov/Measure/CMS816FHIRHHHypo]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], differs, [[Theirs: below 40 mg/dL in a hospital on glucose-lowering medicine. Ours: a goal of none below 54 at home, which is more careful.]])

RuleSet: ComparisonsPathwayHeartFailure
* insert ComparesUnaddressed([[AHA/ACC/HFSA, guideline for heart failure]], [[2022, pocket guide and secondary pages]], agrees, [[A visit within 7 days of discharge; the four classes of medicine.]])
* insert Compares([[CMS135 in FHIR, ACE Inhibitor or ARB or ARNI for LVSD (American Heart Association)]], [[https://madie.cms.gov/Measure/CMS135FHIRACEIorARBorARNIforHF]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[ACE inhibitor, ARB or ARNI at an ejection fraction of 40 percent or less.]])
* insert Compares([[CMS144 in FHIR, Beta Blocker for LVSD (American Heart Association)]], [[https://madie.cms.gov/Measure/CMS144FHIRHFBetaBlockerForLVSD]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[A beta blocker at an ejection fraction of 40 percent or less.]])
* insert Compares([[CMS144 in FHIR, Beta Blocker for LVSD (American Heart Association)]], [[https://madie.cms.gov/Measure/CMS144FHIRHFBetaBlockerForLVSD]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], differs, [[Theirs takes asthma, low pressure, a pulse below 50 twice and block as exceptions. Ours asks for the reason, whatever it is.]])
* insert Compares([[CMS90 in FHIR, Functional Status Assessments for Heart Failure (CMS)]], [[https://madie.cms.gov/Measure/CMS90FHIRFSAforHeartFailure]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], lacks, [[Theirs asks how the person functions, by a scored form, twice within 30 to 180 days. We ship none of these forms (licensed), and no score of theirs is read.]])

RuleSet: ComparisonsPathwayKidneyDisease
* insert Compares([[CMS951 in FHIR, Kidney Health Evaluation (National Kidney Foundation)]], [[https://madie.cms.gov/Measure/CMS951FHIRKidneyHealthEval]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[eGFR and albumin-to-creatinine ratio in urine within 12 months.]])
* insert Compares([[CMS951 in FHIR, Kidney Health Evaluation (National Kidney Foundation)]], [[https://madie.cms.gov/Measure/CMS951FHIRKidneyHealthEval]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], differs, [[Theirs is about diabetes at 18 to 85 years without stage 5; ours asks everybody with kidney disease and no dialysis.]])
* insert ComparesUnaddressed([[KDIGO, guideline for chronic kidney disease]], [[2024, summary of graded recommendations (guidelinecentral.com)]], differs, [[Systolic target: theirs below 120, ours 130 as in the other pathways, which the prescriber may lower.]])

RuleSet: ComparisonsCheckInRulesCopd
* insert ComparesUnaddressed([[NEWS2 (Royal College of Physicians 2017), single parameters]], [[2017, as printed in public copies of the chart]], agrees, [[Oxygen, scale 2: 88 to 92 scores 0, 86 to 87 scores 1, 84 to 85 scores 2, 83 or lower scores 3.]])

RuleSet: ComparisonsPathwayFalls
* insert ComparesUnaddressed([[CDC, STEADI algorithm]], [[2019, as printed on secondary pages]], agrees, [[From 65 years: medicines, gait, vision, feet, home, pressure on standing.]])

RuleSet: ComparisonsPathwayComfort
* insert ComparesUnaddressed([[National Consensus Project, guidelines for palliative care]], [[not read]], not-taken, [[Its domains are known in general only; no recommendation was read.]])
* insert Compares([[CMS347 in FHIR, Statin Therapy for Cardiovascular Disease (CMS)]], [[https://madie.cms.gov/Measure/CMS347FHIRStatinPreventionTxCVD]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[Palliative care and hospice are reasons not to give a statin.]])

RuleSet: ComparisonsCheckInRulesHeartFailure
* insert ComparesUnaddressed([[NEWS2 (Royal College of Physicians 2017), single parameters]], [[2017, as printed in public copies of the chart]], differs, [[Systolic: theirs scores 3 at 90 or lower and at 220 or higher; ours is red below 90 (a limit of BEAT-HF) and from 180, so 90 itself is not red here.]])
* insert ComparesUnaddressed([[NEWS2 (Royal College of Physicians 2017), single parameters]], [[2017, as printed in public copies of the chart]], differs, [[Pulse: theirs scores 3 at 40 or lower and at 131 or higher; ours is red below 50 and over 120, which is more careful.]])
* insert Compares([[CMS144 in FHIR, Beta Blocker for LVSD (American Heart Association)]], [[https://madie.cms.gov/Measure/CMS144FHIRHFBetaBlockerForLVSD]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[A pulse below 50 is too slow for a beta blocker (theirs: twice in a row).]])

RuleSet: ComparisonsCheckInRulesDiabetesType2
* insert ComparesUnaddressed([[American Diabetes Association, Standards of Care: Older Adults; Glycemic Goals]], [[tables as reprinted (PMC6794221; Clinical Diabetes; section 6 of 2017)]], agrees, [[Below 70 mg/dL is a low, below 54 a serious one, a low that needs help a severe one.]])
* insert Compares([[CMS816 in FHIR, Hospital Harm: Severe Hypoglycemia (CMS)]], [[https://madie.cms.gov/Measure/CMS816FHIRHHHypo]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], differs, [[Theirs: harm is below 40 mg/dL in a hospital; ours is red below 54.]])
* insert Compares([[CMS871 in FHIR, Hospital Harm: Severe Hyperglycemia (CMS)]], [[https://madie.cms.gov/Measure/CMS871FHIRHHHyper]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[Above 300 mg/dL on a day is too high.]])
* insert Compares([[CMS871 in FHIR, Hospital Harm: Severe Hyperglycemia (CMS)]], [[https://madie.cms.gov/Measure/CMS871FHIRHHHyper]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], not-taken, [[Theirs counts 200 or more on two days without a test on the third; at home nobody measures so closely.]])

RuleSet: ComparisonsCheckInRulesHypertension
* insert ComparesUnaddressed([[NEWS2 (Royal College of Physicians 2017), single parameters]], [[2017, as printed in public copies of the chart]], differs, [[Systolic: theirs scores 3 at 90 or lower and at 220 or higher; ours is red below 90 and from 180.]])

RuleSet: ComparisonsCheckInRulesKidneyDisease
* insert ComparesUnaddressed([[NEWS2 (Royal College of Physicians 2017), single parameters]], [[2017, as printed in public copies of the chart]], differs, [[Systolic: theirs scores 3 at 90 or lower and at 220 or higher; ours is red below 90 and from 180.]])

RuleSet: ComparisonsUnsafeReading
* insert ComparesUnaddressed([[NEWS2 (Royal College of Physicians 2017), single parameters]], [[2017, as printed in public copies of the chart]], differs, [[As in the check-in rules: below 90 and from 180 systolic (theirs 90 or lower, 220 or higher), below 50 and over 120 for the pulse (theirs 40 or lower, 131 or higher).]])

RuleSet: ComparisonsLace
* insert Compares([[CMS529 in FHIR, Core Clinical Data for Hospital-Wide Readmission (CMS)]], [[https://madie.cms.gov/Measure/CMSFHIR529HybridHospitalWideReadmission]], [[0.5.001 (draft), cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], not-taken, [[Theirs is no score: it collects first vital signs and laboratory values from 65 years for a model of a hospital's readmissions.]])

RuleSet: ComparisonsHospitalScore
* insert Compares([[CMS529 in FHIR, Core Clinical Data for Hospital-Wide Readmission (CMS)]], [[https://madie.cms.gov/Measure/CMSFHIR529HybridHospitalWideReadmission]], [[0.5.001 (draft), cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], not-taken, [[Theirs is no score for one person: it collects data for a model of a hospital's readmissions. Sodium and hemoglobin are in both lists.]])

RuleSet: ComparisonsMedicationReconciliation
* insert Compares([[CMS68 in FHIR, Documentation of Current Medications (CMS)]], [[https://madie.cms.gov/Measure/CMS68FHIRDocumentationCurrentMeds]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], differs, [[Theirs: somebody attests at each visit that the list was documented. Ours: after a discharge each difference is decided, by whom and by when.]])
* insert Compares([[CDC opioid guideline 2022, recommendations 4 and 5, as a PlanDefinition]], [[http://fhir.org/guides/cdc/opioid-cds/PlanDefinition/opioidcds-04-05]], [[2022.1.0, cqframework/opioid-cds-r4 b29bdcb (2025-09-26)]], lacks, [[Theirs asks from 50 morphine milligram equivalents a day, and for a taper from 90. Ours works out no such dose: strength and interval are often words.]])

RuleSet: ComparisonsContradictions
* insert Compares([[CDC opioid guideline 2022, recommendation 11, as a PlanDefinition]], [[http://fhir.org/guides/cdc/opioid-cds/PlanDefinition/opioidcds-11-patient-view]], [[2022.1.0, cqframework/opioid-cds-r4 b29bdcb (2025-09-26)]], agrees, [[An opioid with a benzodiazepine or another medicine that depresses the nervous system is a question to the prescriber.]])
* insert Compares([[CDC opioid guideline 2022, recommendation 11, as a PlanDefinition]], [[http://fhir.org/guides/cdc/opioid-cds/PlanDefinition/opioidcds-11-patient-view]], [[2022.1.0, cqframework/opioid-cds-r4 b29bdcb (2025-09-26)]], differs, [[Theirs leaves out sickle cell disease, cancer under treatment and the end of life. Ours asks all the same, because it orders nothing.]])
* insert Compares([[CDC opioid guideline 2022, recommendation 8, as a PlanDefinition]], [[http://fhir.org/guides/cdc/opioid-cds/PlanDefinition/opioidcds-08]], [[2022.1.0, cqframework/opioid-cds-r4 b29bdcb (2025-09-26)]], differs, [[Theirs offers naloxone with every opioid for pain that lasts. Ours asks where a further danger is on record, and not where comfort comes first.]])
* insert Compares([[CDC opioid guideline 2022, recommendations 4 and 5, as a PlanDefinition]], [[http://fhir.org/guides/cdc/opioid-cds/PlanDefinition/opioidcds-04-05]], [[2022.1.0, cqframework/opioid-cds-r4 b29bdcb (2025-09-26)]], lacks, [[Theirs counts morphine milligram equivalents (50, 90). Ours works out no dose; a person must look.]])
* insert Compares([[CMS506 in FHIR, Safe Use of Opioids: Concurrent Prescribing (CMS)]], [[https://madie.cms.gov/Measure/CMS506FHIRSafeUseofOpioids]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[An opioid with a benzodiazepine.]])
* insert Compares([[CMS347 in FHIR, Statin Therapy for Cardiovascular Disease (CMS)]], [[https://madie.cms.gov/Measure/CMS347FHIRStatinPreventionTxCVD]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[Palliative care is a reason not to give a statin.]])

RuleSet: ComparisonsOfDiscrepancyWhat
* insert SystemCompares([[CMS506 in FHIR, Safe Use of Opioids: Concurrent Prescribing (CMS)]], [[https://madie.cms.gov/Measure/CMS506FHIRSafeUseofOpioids]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], agrees, [[Two or more opioids, and an opioid with a benzodiazepine, are named and are the prescriber's.]])
* insert SystemCompares([[CMS506 in FHIR, Safe Use of Opioids: Concurrent Prescribing (CMS)]], [[https://madie.cms.gov/Measure/CMS506FHIRSafeUseofOpioids]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], differs, [[Theirs leaves out cancer pain, sickle cell disease, palliative care, hospice and treatment of opioid use disorder. Ours names them all the same.]])
* insert SystemCompares([[CDC opioid guideline 2022, recommendation 11, as a PlanDefinition]], [[http://fhir.org/guides/cdc/opioid-cds/PlanDefinition/opioidcds-11-patient-view]], [[2022.1.0, cqframework/opioid-cds-r4 b29bdcb (2025-09-26)]], lacks, [[Theirs also counts other medicines that depress the nervous system. At reconciliation only benzodiazepines are; a plan asks about gabapentinoids and barbiturates, too.]])

RuleSet: ComparisonsOfIngredient
* insert SystemCompares([[CPIC, guidelines of genes and drugs with their drug table]], [[https://cpicpgx.org/guidelines/]], [[cpicpgx/cpic-data 459e3eb (2026-04-30)]], agrees, [[RxNorm codes of ingredients, as far as its drug table has them (profiles/SOURCES.md).]])
* insert SystemCompares([[CPIC, guidelines of genes and drugs with their drug table]], [[https://cpicpgx.org/guidelines/]], [[cpicpgx/cpic-data 459e3eb (2026-04-30)]], lacks, [[Advice by genotype: clopidogrel and CYP2C19, codeine and tramadol and CYP2D6, citalopram, escitalopram and sertraline and CYP2C19. No genotype or phenotype on record is read, so that no danger of this kind is named.]])
* insert SystemCompares([[CDC opioid guideline 2022, recommendations 4 and 5, as a PlanDefinition]], [[http://fhir.org/guides/cdc/opioid-cds/PlanDefinition/opioidcds-04-05]], [[2022.1.0, cqframework/opioid-cds-r4 b29bdcb (2025-09-26)]], not-taken, [[Conversion factors to morphine milligram equivalents (codeine 0.15, hydrocodone 1, oxycodone 1.5, hydromorphone 4, oxymorphone 3, methadone by its dose): no daily dose is worked out.]])

RuleSet: ComparisonsOfCareGoal
* insert SystemCompares([[CMS69 in FHIR, Body Mass Index Screening and Follow-Up Plan (CMS)]], [[https://madie.cms.gov/Measure/CMS69FHIRPCSBMIScreenAndFollowUp]], [[1.0.000, cqframework/dqm-content-qicore-2025 d17223b (2025-09-06)]], not-taken, [[Theirs asks for a follow-up below 18.5 and from 25 kg per square meter. Ours judges no body mass index: a goal of weight is the person's own.]])

RuleSet: ComparisonsPathwayCopd
* insert ComparesUnaddressed([[Medicare, home use of oxygen, NCD 240.2, group I]], [[as in PMC2648117, table 1]], agrees, [[An oxygen saturation of 88 percent or lower at rest asks whether oxygen at home is needed.]])
* insert ComparesUnaddressed([[GOLD report]], [[not read]], not-taken, [[Known in general only; published action plans for patients were read in its place.]])

RuleSet: ComparisonsPathwayStroke
* insert ComparesUnaddressed([[AHA/ASA, guideline for the prevention of stroke]], [[2021, no page with the recommendations was read]], not-taken, [[Known in general only, so that its rules are marked K.]])
