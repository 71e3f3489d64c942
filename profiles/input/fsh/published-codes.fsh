// What published profiles (US Core, SDOH Clinical Care, MCC) look for beside our own codes: second codes, and
// categories. A code stands here only where it means what ours means; where none was found, ours stands alone.

Alias: USCORECAT = http://hl7.org/fhir/us/core/CodeSystem/us-core-category
Alias: SDOHCAT = http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes

// A group: from a code system of ours to a published one.
RuleSet: Published(source, target)
* group[+].source = "https://carefhir.org/fhir/CodeSystem/{source}"
* group[=].target = "{target}"

RuleSet: WrittenAs(code, published, display, equivalence)
* group[=].element[+].code = #{code}
* group[=].element[=].target[+].code = #{published}
* group[=].element[=].target[=].display = {display}
* group[=].element[=].target[=].equivalence = #{equivalence}

// In a profile: a code of ours must be there, and published codes may stand beside it.
RuleSet: OurCode(path, system, values)
* {path}.coding ^slicing.discriminator.type = #value
* {path}.coding ^slicing.discriminator.path = "system"
* {path}.coding ^slicing.rules = #open
* {path}.coding contains ours 1..1
* {path}.coding[ours].system 1..1
* {path}.coding[ours].system = "https://carefhir.org/fhir/CodeSystem/{system}" (exactly)
* {path}.coding[ours] from {values} (required)

// Categories of an ObservationDefinition of a social need, beside the survey.
RuleSet: SocialNeed(domain, display)
* category[+] = USCORECAT#sdoh "SDOH"
* category[+] = SDOHCAT#{domain} {display}

RuleSet: FurtherNeed(domain, display)
* category[+] = SDOHCAT#{domain} {display}

Instance: published-codes
InstanceOf: ConceptMap
Usage: #definition
* insert Artefact(ConceptMap, published-codes, PublishedCodes, "Published codes written beside ours")
* description = "Codes that published profiles ask for, written as a second coding beside the code of ours that means the same. A site adds to it with the extension adds-to."
* copyright = "This material includes SNOMED Clinical Terms (SNOMED CT), used by permission of SNOMED International; SNOMED CT was originally created by the College of American Pathologists. Use outside the United States needs a license. This material contains content from LOINC (https://loinc.org). LOINC is copyright Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at https://loinc.org/license. LOINC is a registered United States trademark of Regenstrief Institute, Inc."
* insert Sourced(, V, [["Patient and caregiver: HL7 MCC Care Plan 1.0.0, MCCCareTeam (the roles it fixes), and the CareTeam example of US Core 6.1.0. Oxygen: US Core 6.1.0, pulse oximetry, which asks for both codes. Food security: HL7 SDOH Clinical Care 3.0.0, GoalFoodSecurityExample. That our codes mean the same: our judgment (D)."]])
* insert Published(care-team-role, http://snomed.info/sct)
* insert WrittenAs(patient, 116154003, "Patient", equivalent)
* insert WrittenAs(caregiver, 133932002, "Caregiver", equivalent)
* insert Published(care-goal, http://snomed.info/sct)
* insert WrittenAs(enough-food, 1078229009, "Food security", equivalent)
* insert Published(measured-quantity, http://loinc.org)
* insert WrittenAs(oxygen-saturation, 2708-6, "Oxygen saturation in Arterial blood", wider)

Instance: published-categories
InstanceOf: ConceptMap
Usage: #definition
* insert Artefact(ConceptMap, published-categories, PublishedCategories, "Published categories of our records")
* description = "Categories that published profiles sort records by, written on the records with a code of ours. Screens for violence have none, and neither has the conclusion on the social domain, whose words may tell of it: who looks for social needs must not come upon them. A site adds to it with the extension adds-to."
* copyright = "This material includes SNOMED Clinical Terms (SNOMED CT), used by permission of SNOMED International; SNOMED CT was originally created by the College of American Pathologists. Use outside the United States needs a license."
* insert Sourced(, V, [["The codes: US Core 6.1.0, value sets us-core-servicerequest-category and us-core-screening-assessment-observation-category; HL7 SDOH Clinical Care 3.0.0, value set SDOHCC-ValueSetSDOHCategory. Which of our codes is in which category: our judgment (D)."]])
* insert Published(care-goal, http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes)
* insert WrittenAs(enough-food, food-insecurity, "Food Insecurity", wider)
* insert WrittenAs(transport, transportation-insecurity, "Transportation Insecurity", wider)
* insert WrittenAs(stable-housing, housing-instability, "Housing Instability", wider)
* insert WrittenAs(utilities, utility-insecurity, "Utility Insecurity", wider)
* insert Published(care-item, http://hl7.org/fhir/us/core/CodeSystem/us-core-category)
* insert WrittenAs(food-referral, sdoh, "SDOH", wider)
* insert WrittenAs(transport-referral, sdoh, "SDOH", wider)
* insert WrittenAs(housing-referral, sdoh, "SDOH", wider)
* insert WrittenAs(utility-referral, sdoh, "SDOH", wider)
* insert Published(care-item, http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes)
* insert WrittenAs(food-referral, food-insecurity, "Food Insecurity", wider)
* insert WrittenAs(transport-referral, transportation-insecurity, "Transportation Insecurity", wider)
* insert WrittenAs(housing-referral, housing-instability, "Housing Instability", wider)
* insert WrittenAs(utility-referral, utility-insecurity, "Utility Insecurity", wider)
* insert Published(care-item, http://snomed.info/sct)
* insert WrittenAs(diabetes-education, 409073007, "Education", wider)
* insert WrittenAs(a1c-test, 108252007, "Laboratory procedure", wider)
* insert WrittenAs(kidney-test, 108252007, "Laboratory procedure", wider)
* insert Published(assessment-domain, http://hl7.org/fhir/us/core/CodeSystem/us-core-category)
* insert WrittenAs(function, functional-status, "Functional Status", wider)
