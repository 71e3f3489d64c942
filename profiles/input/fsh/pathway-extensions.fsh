// What a PlanDefinition says beyond R4's own elements, and what items of a plan carry. Each states what reads it.

Extension: Applies
Id: applies
Title: "Applies"
Description: "When a pathway, or one of its goals, applies to a person: a FHIRPath expression over named facts. In R4 only actions have a condition; goals and whole plans have none. Read by propose-plan."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "PlanDefinition"
* ^context[1].type = #element
* ^context[1].expression = "PlanDefinition.goal"
* value[x] only Expression
* valueExpression 1..1

CodeSystem: ItemClass
Id: item-class
Title: "Classes of plan items"
Description: "When an item of a plan takes effect."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/item-class"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/item-class"
* #now "at once" "Takes effect when the person agrees: appointments, education, community referral with consent, safety."
* #plan "once signed" "Takes effect when the supervising provider signs the plan."
* #order "order" "The prescriber places it."

ValueSet: ItemClassCodes
Id: item-class
Title: "Classes of plan items: all codes"
Description: "Every code of classes of plan items."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/item-class"
* include codes from system ItemClass

Extension: ItemClassExtension
Id: item-class
Title: "Class of a plan item"
Description: "When an item of a plan takes effect. On the action that proposes it, and on the resource it becomes. Read by record-agreement and sign-off."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "PlanDefinition.action"
* ^context[1].type = #element
* ^context[1].expression = "Task"
* ^context[2].type = #element
* ^context[2].expression = "ServiceRequest"
* ^context[3].type = #element
* ^context[3].expression = "DeviceRequest"
* ^context[4].type = #element
* ^context[4].expression = "CommunicationRequest"
* ^context[5].type = #element
* ^context[5].expression = "Appointment"
* value[x] only code
* valueCode 1..1
* valueCode from ItemClassCodes (required)

Extension: DoneBy
Id: done-by
Title: "Done by"
Description: "Who does an action, or who decides: a role of the care team. Read by propose-plan."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "PlanDefinition.action"
* value[x] only code
* valueCode 1..1
* valueCode from CareTeamRoleCodes (required)

CodeSystem: MadeType
Id: made-type
Title: "What an action makes"
Description: "Resource types that an action of a pathway may make."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/made-type"
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/made-type"
* #Task "Task" "Work of the team."
* #ServiceRequest "ServiceRequest" "A service, a test, a referral."
* #DeviceRequest "DeviceRequest" "Equipment."
* #CommunicationRequest "CommunicationRequest" "Something to be told or sent."
* #Appointment "Appointment" "A visit to be booked."

ValueSet: MadeTypeCodes
Id: made-type
Title: "What an action makes: all codes"
Description: "Every code of what an action makes."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/made-type"
* include codes from system MadeType

Extension: Makes
Id: makes
Title: "Makes"
Description: "The resource type an action of a pathway becomes. Read by propose-plan."
* insert Definitional
* ^context[0].type = #element
* ^context[0].expression = "PlanDefinition.action"
* value[x] only code
* valueCode 1..1
* valueCode from MadeTypeCodes (required)
