// Ingredients that rules and reconciliation know: by RxNorm ingredient, or by name where a record is not coded.

CodeSystem: Ingredient
Id: ingredient
Title: "Ingredients"
Description: "Ingredients of medicines that rules ask for by class, and by which lists are matched. RxNorm ingredient codes and classes from general knowledge (K). A medicine that is not here is matched by its own name, and belongs to no class."
* insert Definitional
* ^url = "https://carefhir.org/fhir/CodeSystem/ingredient"
* insert Sourced(^, K, [["RxNorm ingredient codes and pharmacologic classes, from general knowledge; check against the current RxNorm."]])
* ^caseSensitive = true
* ^content = #complete
* ^valueSet = "https://carefhir.org/fhir/ValueSet/ingredient"
* ^property[0].code = #rxnorm
* ^property[0].type = #string
* ^property[0].description = "RxNorm ingredient code"
* ^property[1].code = #classes
* ^property[1].type = #string
* ^property[1].description = "Classes, separated by spaces"
* ^property[2].code = #aliases
* ^property[2].type = #string
* ^property[2].description = "Other names, separated by spaces"
* #insulin-glargine "insulin glargine" "Class: insulin."
* #insulin-glargine ^property[0].code = #rxnorm
* #insulin-glargine ^property[0].valueString = "274783"
* #insulin-glargine ^property[1].code = #classes
* #insulin-glargine ^property[1].valueString = "insulin"
* #insulin-glargine ^property[2].code = #aliases
* #insulin-glargine ^property[2].valueString = "lantus basaglar toujeo"
* #insulin-lispro "insulin lispro" "Class: insulin."
* #insulin-lispro ^property[0].code = #rxnorm
* #insulin-lispro ^property[0].valueString = "86009"
* #insulin-lispro ^property[1].code = #classes
* #insulin-lispro ^property[1].valueString = "insulin"
* #insulin-lispro ^property[2].code = #aliases
* #insulin-lispro ^property[2].valueString = "humalog"
* #insulin-aspart "insulin aspart" "Class: insulin."
* #insulin-aspart ^property[0].code = #rxnorm
* #insulin-aspart ^property[0].valueString = "51428"
* #insulin-aspart ^property[1].code = #classes
* #insulin-aspart ^property[1].valueString = "insulin"
* #insulin-aspart ^property[2].code = #aliases
* #insulin-aspart ^property[2].valueString = "novolog"
* #insulin-isophane "insulin isophane" "Class: insulin."
* #insulin-isophane ^property[0].code = #rxnorm
* #insulin-isophane ^property[0].valueString = "253181"
* #insulin-isophane ^property[1].code = #classes
* #insulin-isophane ^property[1].valueString = "insulin"
* #insulin-isophane ^property[2].code = #aliases
* #insulin-isophane ^property[2].valueString = "nph humulin"
* #insulin-human "insulin, regular, human" "Class: insulin."
* #insulin-human ^property[0].code = #rxnorm
* #insulin-human ^property[0].valueString = "253182"
* #insulin-human ^property[1].code = #classes
* #insulin-human ^property[1].valueString = "insulin"
* #insulin-detemir "insulin detemir" "Class: insulin."
* #insulin-detemir ^property[0].code = #rxnorm
* #insulin-detemir ^property[0].valueString = "139825"
* #insulin-detemir ^property[1].code = #classes
* #insulin-detemir ^property[1].valueString = "insulin"
* #insulin-detemir ^property[2].code = #aliases
* #insulin-detemir ^property[2].valueString = "levemir"
* #insulin-degludec "insulin degludec" "Class: insulin."
* #insulin-degludec ^property[0].code = #rxnorm
* #insulin-degludec ^property[0].valueString = "1670007"
* #insulin-degludec ^property[1].code = #classes
* #insulin-degludec ^property[1].valueString = "insulin"
* #insulin-degludec ^property[2].code = #aliases
* #insulin-degludec ^property[2].valueString = "tresiba"
* #insulin-glulisine "insulin glulisine" "Class: insulin."
* #insulin-glulisine ^property[0].code = #rxnorm
* #insulin-glulisine ^property[0].valueString = "400008"
* #insulin-glulisine ^property[1].code = #classes
* #insulin-glulisine ^property[1].valueString = "insulin"
* #insulin-glulisine ^property[2].code = #aliases
* #insulin-glulisine ^property[2].valueString = "apidra"
// Where a record says no more than insulin: the kind is not known, the danger is.
* #insulin "insulin" "Class: insulin."
* #insulin ^property[0].code = #classes
* #insulin ^property[0].valueString = "insulin"
* #glipizide "glipizide" "Class: sulfonylurea."
* #glipizide ^property[0].code = #rxnorm
* #glipizide ^property[0].valueString = "4821"
* #glipizide ^property[1].code = #classes
* #glipizide ^property[1].valueString = "sulfonylurea"
* #glipizide ^property[2].code = #aliases
* #glipizide ^property[2].valueString = "glucotrol"
* #glimepiride "glimepiride" "Class: sulfonylurea."
* #glimepiride ^property[0].code = #rxnorm
* #glimepiride ^property[0].valueString = "25789"
* #glimepiride ^property[1].code = #classes
* #glimepiride ^property[1].valueString = "sulfonylurea"
* #glimepiride ^property[2].code = #aliases
* #glimepiride ^property[2].valueString = "amaryl"
* #glyburide "glyburide" "Class: sulfonylurea."
* #glyburide ^property[0].code = #rxnorm
* #glyburide ^property[0].valueString = "4815"
* #glyburide ^property[1].code = #classes
* #glyburide ^property[1].valueString = "sulfonylurea"
* #glyburide ^property[2].code = #aliases
* #glyburide ^property[2].valueString = "glibenclamide"
* #metformin "metformin" "Class: metformin."
* #metformin ^property[0].code = #rxnorm
* #metformin ^property[0].valueString = "6809"
* #metformin ^property[1].code = #classes
* #metformin ^property[1].valueString = "metformin"
* #metformin ^property[2].code = #aliases
* #metformin ^property[2].valueString = "glucophage"
* #empagliflozin "empagliflozin" "Class: sglt2-inhibitor."
* #empagliflozin ^property[0].code = #rxnorm
* #empagliflozin ^property[0].valueString = "1545653"
* #empagliflozin ^property[1].code = #classes
* #empagliflozin ^property[1].valueString = "sglt2-inhibitor"
* #empagliflozin ^property[2].code = #aliases
* #empagliflozin ^property[2].valueString = "jardiance"
* #dapagliflozin "dapagliflozin" "Class: sglt2-inhibitor."
* #dapagliflozin ^property[0].code = #rxnorm
* #dapagliflozin ^property[0].valueString = "1488564"
* #dapagliflozin ^property[1].code = #classes
* #dapagliflozin ^property[1].valueString = "sglt2-inhibitor"
* #dapagliflozin ^property[2].code = #aliases
* #dapagliflozin ^property[2].valueString = "farxiga"
* #canagliflozin "canagliflozin" "Class: sglt2-inhibitor."
* #canagliflozin ^property[0].code = #rxnorm
* #canagliflozin ^property[0].valueString = "1373458"
* #canagliflozin ^property[1].code = #classes
* #canagliflozin ^property[1].valueString = "sglt2-inhibitor"
* #canagliflozin ^property[2].code = #aliases
* #canagliflozin ^property[2].valueString = "invokana"
* #pioglitazone "pioglitazone" "Class: glitazone."
* #pioglitazone ^property[0].code = #rxnorm
* #pioglitazone ^property[0].valueString = "33738"
* #pioglitazone ^property[1].code = #classes
* #pioglitazone ^property[1].valueString = "glitazone"
* #pioglitazone ^property[2].code = #aliases
* #pioglitazone ^property[2].valueString = "actos"
* #rosiglitazone "rosiglitazone" "Class: glitazone."
* #rosiglitazone ^property[0].code = #rxnorm
* #rosiglitazone ^property[0].valueString = "84108"
* #rosiglitazone ^property[1].code = #classes
* #rosiglitazone ^property[1].valueString = "glitazone"
* #rosiglitazone ^property[2].code = #aliases
* #rosiglitazone ^property[2].valueString = "avandia"
* #saxagliptin "saxagliptin" "Class: dpp4-heart-failure."
* #saxagliptin ^property[0].code = #rxnorm
* #saxagliptin ^property[0].valueString = "857974"
* #saxagliptin ^property[1].code = #classes
* #saxagliptin ^property[1].valueString = "dpp4-heart-failure"
* #saxagliptin ^property[2].code = #aliases
* #saxagliptin ^property[2].valueString = "onglyza"
* #alogliptin "alogliptin" "Class: dpp4-heart-failure."
* #alogliptin ^property[0].code = #rxnorm
* #alogliptin ^property[0].valueString = "1368001"
* #alogliptin ^property[1].code = #classes
* #alogliptin ^property[1].valueString = "dpp4-heart-failure"
* #alogliptin ^property[2].code = #aliases
* #alogliptin ^property[2].valueString = "nesina"
* #sitagliptin "sitagliptin" "Class: dpp4."
* #sitagliptin ^property[0].code = #rxnorm
* #sitagliptin ^property[0].valueString = "593411"
* #sitagliptin ^property[1].code = #classes
* #sitagliptin ^property[1].valueString = "dpp4"
* #sitagliptin ^property[2].code = #aliases
* #sitagliptin ^property[2].valueString = "januvia"
* #liraglutide "liraglutide" "Class: glp1."
* #liraglutide ^property[0].code = #rxnorm
* #liraglutide ^property[0].valueString = "475968"
* #liraglutide ^property[1].code = #classes
* #liraglutide ^property[1].valueString = "glp1"
* #liraglutide ^property[2].code = #aliases
* #liraglutide ^property[2].valueString = "victoza"
* #semaglutide "semaglutide" "Class: glp1."
* #semaglutide ^property[0].code = #rxnorm
* #semaglutide ^property[0].valueString = "1991302"
* #semaglutide ^property[1].code = #classes
* #semaglutide ^property[1].valueString = "glp1"
* #semaglutide ^property[2].code = #aliases
* #semaglutide ^property[2].valueString = "ozempic"
* #furosemide "furosemide" "Class: loop-diuretic, diuretic."
* #furosemide ^property[0].code = #rxnorm
* #furosemide ^property[0].valueString = "4603"
* #furosemide ^property[1].code = #classes
* #furosemide ^property[1].valueString = "loop-diuretic diuretic"
* #furosemide ^property[2].code = #aliases
* #furosemide ^property[2].valueString = "lasix"
* #torsemide "torsemide" "Class: loop-diuretic, diuretic."
* #torsemide ^property[0].code = #rxnorm
* #torsemide ^property[0].valueString = "38413"
* #torsemide ^property[1].code = #classes
* #torsemide ^property[1].valueString = "loop-diuretic diuretic"
* #bumetanide "bumetanide" "Class: loop-diuretic, diuretic."
* #bumetanide ^property[0].code = #rxnorm
* #bumetanide ^property[0].valueString = "1808"
* #bumetanide ^property[1].code = #classes
* #bumetanide ^property[1].valueString = "loop-diuretic diuretic"
* #bumetanide ^property[2].code = #aliases
* #bumetanide ^property[2].valueString = "bumex"
* #hydrochlorothiazide "hydrochlorothiazide" "Class: thiazide, diuretic."
* #hydrochlorothiazide ^property[0].code = #rxnorm
* #hydrochlorothiazide ^property[0].valueString = "5487"
* #hydrochlorothiazide ^property[1].code = #classes
* #hydrochlorothiazide ^property[1].valueString = "thiazide diuretic"
* #chlorthalidone "chlorthalidone" "Class: thiazide, diuretic."
* #chlorthalidone ^property[0].code = #rxnorm
* #chlorthalidone ^property[0].valueString = "2409"
* #chlorthalidone ^property[1].code = #classes
* #chlorthalidone ^property[1].valueString = "thiazide diuretic"
* #spironolactone "spironolactone" "Class: mra, diuretic."
* #spironolactone ^property[0].code = #rxnorm
* #spironolactone ^property[0].valueString = "9997"
* #spironolactone ^property[1].code = #classes
* #spironolactone ^property[1].valueString = "mra diuretic"
* #spironolactone ^property[2].code = #aliases
* #spironolactone ^property[2].valueString = "aldactone"
* #eplerenone "eplerenone" "Class: mra, diuretic."
* #eplerenone ^property[0].code = #rxnorm
* #eplerenone ^property[0].valueString = "298869"
* #eplerenone ^property[1].code = #classes
* #eplerenone ^property[1].valueString = "mra diuretic"
* #lisinopril "lisinopril" "Class: ace-inhibitor."
* #lisinopril ^property[0].code = #rxnorm
* #lisinopril ^property[0].valueString = "29046"
* #lisinopril ^property[1].code = #classes
* #lisinopril ^property[1].valueString = "ace-inhibitor"
* #lisinopril ^property[2].code = #aliases
* #lisinopril ^property[2].valueString = "zestril prinivil"
* #enalapril "enalapril" "Class: ace-inhibitor."
* #enalapril ^property[0].code = #rxnorm
* #enalapril ^property[0].valueString = "3827"
* #enalapril ^property[1].code = #classes
* #enalapril ^property[1].valueString = "ace-inhibitor"
* #captopril "captopril" "Class: ace-inhibitor."
* #captopril ^property[0].code = #rxnorm
* #captopril ^property[0].valueString = "1998"
* #captopril ^property[1].code = #classes
* #captopril ^property[1].valueString = "ace-inhibitor"
* #ramipril "ramipril" "Class: ace-inhibitor."
* #ramipril ^property[0].code = #rxnorm
* #ramipril ^property[0].valueString = "35296"
* #ramipril ^property[1].code = #classes
* #ramipril ^property[1].valueString = "ace-inhibitor"
* #losartan "losartan" "Class: arb."
* #losartan ^property[0].code = #rxnorm
* #losartan ^property[0].valueString = "52175"
* #losartan ^property[1].code = #classes
* #losartan ^property[1].valueString = "arb"
* #losartan ^property[2].code = #aliases
* #losartan ^property[2].valueString = "cozaar"
* #valsartan "valsartan" "Class: arb."
* #valsartan ^property[0].code = #rxnorm
* #valsartan ^property[0].valueString = "69749"
* #valsartan ^property[1].code = #classes
* #valsartan ^property[1].valueString = "arb"
* #olmesartan "olmesartan" "Class: arb."
* #olmesartan ^property[0].code = #rxnorm
* #olmesartan ^property[0].valueString = "321064"
* #olmesartan ^property[1].code = #classes
* #olmesartan ^property[1].valueString = "arb"
* #benazepril "benazepril" "Class: ace-inhibitor."
* #benazepril ^property[0].code = #rxnorm
* #benazepril ^property[0].valueString = "18867"
* #benazepril ^property[1].code = #classes
* #benazepril ^property[1].valueString = "ace-inhibitor"
* #benazepril ^property[2].code = #aliases
* #benazepril ^property[2].valueString = "lotensin"
* #quinapril "quinapril" "Class: ace-inhibitor."
* #quinapril ^property[0].code = #rxnorm
* #quinapril ^property[0].valueString = "35208"
* #quinapril ^property[1].code = #classes
* #quinapril ^property[1].valueString = "ace-inhibitor"
* #quinapril ^property[2].code = #aliases
* #quinapril ^property[2].valueString = "accupril"
* #candesartan "candesartan" "Class: arb."
* #candesartan ^property[0].code = #rxnorm
* #candesartan ^property[0].valueString = "214354"
* #candesartan ^property[1].code = #classes
* #candesartan ^property[1].valueString = "arb"
* #candesartan ^property[2].code = #aliases
* #candesartan ^property[2].valueString = "atacand"
* #irbesartan "irbesartan" "Class: arb."
* #irbesartan ^property[0].code = #rxnorm
* #irbesartan ^property[0].valueString = "83818"
* #irbesartan ^property[1].code = #classes
* #irbesartan ^property[1].valueString = "arb"
* #irbesartan ^property[2].code = #aliases
* #irbesartan ^property[2].valueString = "avapro"
* #telmisartan "telmisartan" "Class: arb."
* #telmisartan ^property[0].code = #rxnorm
* #telmisartan ^property[0].valueString = "73494"
* #telmisartan ^property[1].code = #classes
* #telmisartan ^property[1].valueString = "arb"
* #telmisartan ^property[2].code = #aliases
* #telmisartan ^property[2].valueString = "micardis"
* #finerenone "finerenone" "Class: mra."
* #finerenone ^property[0].code = #rxnorm
* #finerenone ^property[0].valueString = "2555902"
* #finerenone ^property[1].code = #classes
* #finerenone ^property[1].valueString = "mra"
* #finerenone ^property[2].code = #aliases
* #finerenone ^property[2].valueString = "kerendia"
* #nabumetone "nabumetone" "Class: nsaid."
* #nabumetone ^property[0].code = #rxnorm
* #nabumetone ^property[0].valueString = "31448"
* #nabumetone ^property[1].code = #classes
* #nabumetone ^property[1].valueString = "nsaid"
* #nabumetone ^property[2].code = #aliases
* #nabumetone ^property[2].valueString = "relafen"
* #etodolac "etodolac" "Class: nsaid."
* #etodolac ^property[0].code = #rxnorm
* #etodolac ^property[0].valueString = "24605"
* #etodolac ^property[1].code = #classes
* #etodolac ^property[1].valueString = "nsaid"
* #etodolac ^property[2].code = #aliases
* #etodolac ^property[2].valueString = "lodine"
* #piroxicam "piroxicam" "Class: nsaid."
* #piroxicam ^property[0].code = #rxnorm
* #piroxicam ^property[0].valueString = "8356"
* #piroxicam ^property[1].code = #classes
* #piroxicam ^property[1].valueString = "nsaid"
* #piroxicam ^property[2].code = #aliases
* #piroxicam ^property[2].valueString = "feldene"
* #ertugliflozin "ertugliflozin" "Class: sglt2-inhibitor."
* #ertugliflozin ^property[0].code = #rxnorm
* #ertugliflozin ^property[0].valueString = "1992672"
* #ertugliflozin ^property[1].code = #classes
* #ertugliflozin ^property[1].valueString = "sglt2-inhibitor"
* #ertugliflozin ^property[2].code = #aliases
* #ertugliflozin ^property[2].valueString = "steglatro"
* #sacubitril "sacubitril" "Class: arni."
* #sacubitril ^property[0].code = #rxnorm
* #sacubitril ^property[0].valueString = "1656328"
* #sacubitril ^property[1].code = #classes
* #sacubitril ^property[1].valueString = "arni"
* #sacubitril ^property[2].code = #aliases
* #sacubitril ^property[2].valueString = "entresto"
* #carvedilol "carvedilol" "Class: beta-blocker."
* #carvedilol ^property[0].code = #rxnorm
* #carvedilol ^property[0].valueString = "20352"
* #carvedilol ^property[1].code = #classes
* #carvedilol ^property[1].valueString = "beta-blocker"
* #carvedilol ^property[2].code = #aliases
* #carvedilol ^property[2].valueString = "coreg"
* #metoprolol "metoprolol" "Class: beta-blocker."
* #metoprolol ^property[0].code = #rxnorm
* #metoprolol ^property[0].valueString = "6918"
* #metoprolol ^property[1].code = #classes
* #metoprolol ^property[1].valueString = "beta-blocker"
* #metoprolol ^property[2].code = #aliases
* #metoprolol ^property[2].valueString = "toprol lopressor"
* #bisoprolol "bisoprolol" "Class: beta-blocker."
* #bisoprolol ^property[0].code = #rxnorm
* #bisoprolol ^property[0].valueString = "19484"
* #bisoprolol ^property[1].code = #classes
* #bisoprolol ^property[1].valueString = "beta-blocker"
* #atenolol "atenolol" "Class: beta-blocker."
* #atenolol ^property[0].code = #rxnorm
* #atenolol ^property[0].valueString = "1202"
* #atenolol ^property[1].code = #classes
* #atenolol ^property[1].valueString = "beta-blocker"
* #diltiazem "diltiazem" "Class: heart-rate-ccb."
* #diltiazem ^property[0].code = #rxnorm
* #diltiazem ^property[0].valueString = "3443"
* #diltiazem ^property[1].code = #classes
* #diltiazem ^property[1].valueString = "heart-rate-ccb"
* #diltiazem ^property[2].code = #aliases
* #diltiazem ^property[2].valueString = "cardizem"
* #verapamil "verapamil" "Class: heart-rate-ccb."
* #verapamil ^property[0].code = #rxnorm
* #verapamil ^property[0].valueString = "11170"
* #verapamil ^property[1].code = #classes
* #verapamil ^property[1].valueString = "heart-rate-ccb"
* #verapamil ^property[2].code = #aliases
* #verapamil ^property[2].valueString = "calan"
* #amlodipine "amlodipine" "Class: ccb."
* #amlodipine ^property[0].code = #rxnorm
* #amlodipine ^property[0].valueString = "17767"
* #amlodipine ^property[1].code = #classes
* #amlodipine ^property[1].valueString = "ccb"
* #amlodipine ^property[2].code = #aliases
* #amlodipine ^property[2].valueString = "norvasc"
* #ibuprofen "ibuprofen" "Class: nsaid."
* #ibuprofen ^property[0].code = #rxnorm
* #ibuprofen ^property[0].valueString = "5640"
* #ibuprofen ^property[1].code = #classes
* #ibuprofen ^property[1].valueString = "nsaid"
* #ibuprofen ^property[2].code = #aliases
* #ibuprofen ^property[2].valueString = "advil motrin"
* #naproxen "naproxen" "Class: nsaid."
* #naproxen ^property[0].code = #rxnorm
* #naproxen ^property[0].valueString = "7258"
* #naproxen ^property[1].code = #classes
* #naproxen ^property[1].valueString = "nsaid"
* #naproxen ^property[2].code = #aliases
* #naproxen ^property[2].valueString = "aleve"
* #celecoxib "celecoxib" "Class: nsaid."
* #celecoxib ^property[0].code = #rxnorm
* #celecoxib ^property[0].valueString = "140587"
* #celecoxib ^property[1].code = #classes
* #celecoxib ^property[1].valueString = "nsaid"
* #celecoxib ^property[2].code = #aliases
* #celecoxib ^property[2].valueString = "celebrex"
* #meloxicam "meloxicam" "Class: nsaid."
* #meloxicam ^property[0].code = #rxnorm
* #meloxicam ^property[0].valueString = "41493"
* #meloxicam ^property[1].code = #classes
* #meloxicam ^property[1].valueString = "nsaid"
* #diclofenac "diclofenac" "Class: nsaid."
* #diclofenac ^property[0].code = #rxnorm
* #diclofenac ^property[0].valueString = "3355"
* #diclofenac ^property[1].code = #classes
* #diclofenac ^property[1].valueString = "nsaid"
* #indomethacin "indomethacin" "Class: nsaid."
* #indomethacin ^property[0].code = #rxnorm
* #indomethacin ^property[0].valueString = "5781"
* #indomethacin ^property[1].code = #classes
* #indomethacin ^property[1].valueString = "nsaid"
* #ketorolac "ketorolac" "Class: nsaid."
* #ketorolac ^property[0].code = #rxnorm
* #ketorolac ^property[0].valueString = "35827"
* #ketorolac ^property[1].code = #classes
* #ketorolac ^property[1].valueString = "nsaid"
* #potassium-chloride "potassium chloride" "Class: potassium."
* #potassium-chloride ^property[0].code = #rxnorm
* #potassium-chloride ^property[0].valueString = "8591"
* #potassium-chloride ^property[1].code = #classes
* #potassium-chloride ^property[1].valueString = "potassium"
* #potassium-chloride ^property[2].code = #aliases
* #potassium-chloride ^property[2].valueString = "klor-con"
// Salt substitutes are sold over the counter: they have no RxNorm ingredient of their own, and most are potassium.
* #salt-substitute "salt substitute" "Class: potassium."
* #salt-substitute ^property[0].code = #classes
* #salt-substitute ^property[0].valueString = "potassium"
* #salt-substitute ^property[1].code = #aliases
* #salt-substitute ^property[1].valueString = "nosalt nu-salt losalt"
* #sertraline "sertraline" "Class: antidepressant, ssri."
* #sertraline ^property[0].code = #rxnorm
* #sertraline ^property[0].valueString = "36437"
* #sertraline ^property[1].code = #classes
* #sertraline ^property[1].valueString = "antidepressant ssri"
* #sertraline ^property[2].code = #aliases
* #sertraline ^property[2].valueString = "zoloft"
* #fluoxetine "fluoxetine" "Class: antidepressant, ssri."
* #fluoxetine ^property[0].code = #rxnorm
* #fluoxetine ^property[0].valueString = "4493"
* #fluoxetine ^property[1].code = #classes
* #fluoxetine ^property[1].valueString = "antidepressant ssri"
* #fluoxetine ^property[2].code = #aliases
* #fluoxetine ^property[2].valueString = "prozac"
* #citalopram "citalopram" "Class: antidepressant, ssri, qt."
* #citalopram ^property[0].code = #rxnorm
* #citalopram ^property[0].valueString = "2556"
* #citalopram ^property[1].code = #classes
* #citalopram ^property[1].valueString = "antidepressant ssri qt"
* #citalopram ^property[2].code = #aliases
* #citalopram ^property[2].valueString = "celexa"
* #escitalopram "escitalopram" "Class: antidepressant, ssri, qt."
* #escitalopram ^property[0].code = #rxnorm
* #escitalopram ^property[0].valueString = "321988"
* #escitalopram ^property[1].code = #classes
* #escitalopram ^property[1].valueString = "antidepressant ssri qt"
* #escitalopram ^property[2].code = #aliases
* #escitalopram ^property[2].valueString = "lexapro"
* #bupropion "bupropion" "Class: antidepressant."
* #bupropion ^property[0].code = #rxnorm
* #bupropion ^property[0].valueString = "42347"
* #bupropion ^property[1].code = #classes
* #bupropion ^property[1].valueString = "antidepressant"
* #bupropion ^property[2].code = #aliases
* #bupropion ^property[2].valueString = "wellbutrin"
* #mirtazapine "mirtazapine" "Class: antidepressant."
* #mirtazapine ^property[0].code = #rxnorm
* #mirtazapine ^property[0].valueString = "15996"
* #mirtazapine ^property[1].code = #classes
* #mirtazapine ^property[1].valueString = "antidepressant"
* #mirtazapine ^property[2].code = #aliases
* #mirtazapine ^property[2].valueString = "remeron"
* #atorvastatin "atorvastatin" "Class: statin."
* #atorvastatin ^property[0].code = #rxnorm
* #atorvastatin ^property[0].valueString = "83367"
* #atorvastatin ^property[1].code = #classes
* #atorvastatin ^property[1].valueString = "statin"
* #atorvastatin ^property[2].code = #aliases
* #atorvastatin ^property[2].valueString = "lipitor"
* #simvastatin "simvastatin" "Class: statin."
* #simvastatin ^property[0].code = #rxnorm
* #simvastatin ^property[0].valueString = "36567"
* #simvastatin ^property[1].code = #classes
* #simvastatin ^property[1].valueString = "statin"
* #simvastatin ^property[2].code = #aliases
* #simvastatin ^property[2].valueString = "zocor"
* #rosuvastatin "rosuvastatin" "Class: statin."
* #rosuvastatin ^property[0].code = #rxnorm
* #rosuvastatin ^property[0].valueString = "301542"
* #rosuvastatin ^property[1].code = #classes
* #rosuvastatin ^property[1].valueString = "statin"
* #rosuvastatin ^property[2].code = #aliases
* #rosuvastatin ^property[2].valueString = "crestor"
* #aspirin "aspirin" "Class: antiplatelet."
* #aspirin ^property[0].code = #rxnorm
* #aspirin ^property[0].valueString = "1191"
* #aspirin ^property[1].code = #classes
* #aspirin ^property[1].valueString = "antiplatelet"
* #clopidogrel "clopidogrel" "Classes: antiplatelet, p2y12-inhibitor."
* #clopidogrel ^property[0].code = #rxnorm
* #clopidogrel ^property[0].valueString = "32968"
* #clopidogrel ^property[1].code = #classes
* #clopidogrel ^property[1].valueString = "antiplatelet p2y12-inhibitor"
* #clopidogrel ^property[2].code = #aliases
* #clopidogrel ^property[2].valueString = "plavix"
* #prasugrel "prasugrel" "Classes: antiplatelet, p2y12-inhibitor."
* #prasugrel ^property[0].code = #rxnorm
* #prasugrel ^property[0].valueString = "613391"
* #prasugrel ^property[1].code = #classes
* #prasugrel ^property[1].valueString = "antiplatelet p2y12-inhibitor"
* #prasugrel ^property[2].code = #aliases
* #prasugrel ^property[2].valueString = "effient"
* #ticagrelor "ticagrelor" "Classes: antiplatelet, p2y12-inhibitor."
* #ticagrelor ^property[0].code = #rxnorm
* #ticagrelor ^property[0].valueString = "1116632"
* #ticagrelor ^property[1].code = #classes
* #ticagrelor ^property[1].valueString = "antiplatelet p2y12-inhibitor"
* #ticagrelor ^property[2].code = #aliases
* #ticagrelor ^property[2].valueString = "brilinta"
* #propranolol "propranolol" "Class: beta-blocker."
* #propranolol ^property[0].code = #rxnorm
* #propranolol ^property[0].valueString = "8787"
* #propranolol ^property[1].code = #classes
* #propranolol ^property[1].valueString = "beta-blocker"
* #propranolol ^property[2].code = #aliases
* #propranolol ^property[2].valueString = "inderal"
* #nebivolol "nebivolol" "Class: beta-blocker."
* #nebivolol ^property[0].code = #rxnorm
* #nebivolol ^property[0].valueString = "31555"
* #nebivolol ^property[1].code = #classes
* #nebivolol ^property[1].valueString = "beta-blocker"
* #nebivolol ^property[2].code = #aliases
* #nebivolol ^property[2].valueString = "bystolic"
* #labetalol "labetalol" "Class: beta-blocker."
* #labetalol ^property[0].code = #rxnorm
* #labetalol ^property[0].valueString = "6185"
* #labetalol ^property[1].code = #classes
* #labetalol ^property[1].valueString = "beta-blocker"
* #labetalol ^property[2].code = #aliases
* #labetalol ^property[2].valueString = "trandate"
* #lovastatin "lovastatin" "Class: statin."
* #lovastatin ^property[0].code = #rxnorm
* #lovastatin ^property[0].valueString = "6472"
* #lovastatin ^property[1].code = #classes
* #lovastatin ^property[1].valueString = "statin"
* #lovastatin ^property[2].code = #aliases
* #lovastatin ^property[2].valueString = "mevacor"
* #warfarin "warfarin" "Class: anticoagulant."
* #warfarin ^property[0].code = #rxnorm
* #warfarin ^property[0].valueString = "11289"
* #warfarin ^property[1].code = #classes
* #warfarin ^property[1].valueString = "anticoagulant"
* #warfarin ^property[2].code = #aliases
* #warfarin ^property[2].valueString = "coumadin"
* #apixaban "apixaban" "Class: anticoagulant."
* #apixaban ^property[0].code = #rxnorm
* #apixaban ^property[0].valueString = "1364430"
* #apixaban ^property[1].code = #classes
* #apixaban ^property[1].valueString = "anticoagulant"
* #apixaban ^property[2].code = #aliases
* #apixaban ^property[2].valueString = "eliquis"
* #rivaroxaban "rivaroxaban" "Class: anticoagulant."
* #rivaroxaban ^property[0].code = #rxnorm
* #rivaroxaban ^property[0].valueString = "1114195"
* #rivaroxaban ^property[1].code = #classes
* #rivaroxaban ^property[1].valueString = "anticoagulant"
* #rivaroxaban ^property[2].code = #aliases
* #rivaroxaban ^property[2].valueString = "xarelto"
* #digoxin "digoxin" "Class: digoxin."
* #digoxin ^property[0].code = #rxnorm
* #digoxin ^property[0].valueString = "3407"
* #digoxin ^property[1].code = #classes
* #digoxin ^property[1].valueString = "digoxin"
* #digoxin ^property[2].code = #aliases
* #digoxin ^property[2].valueString = "lanoxin"
* #amiodarone "amiodarone" "Class: antiarrhythmic, qt."
* #amiodarone ^property[0].code = #rxnorm
* #amiodarone ^property[0].valueString = "703"
* #amiodarone ^property[1].code = #classes
* #amiodarone ^property[1].valueString = "antiarrhythmic qt"
* #levothyroxine "levothyroxine" "Class: thyroid."
* #levothyroxine ^property[0].code = #rxnorm
* #levothyroxine ^property[0].valueString = "10582"
* #levothyroxine ^property[1].code = #classes
* #levothyroxine ^property[1].valueString = "thyroid"
* #levothyroxine ^property[2].code = #aliases
* #levothyroxine ^property[2].valueString = "synthroid"
* #acetaminophen "acetaminophen" "Class: pain."
* #acetaminophen ^property[0].code = #rxnorm
* #acetaminophen ^property[0].valueString = "161"
* #acetaminophen ^property[1].code = #classes
* #acetaminophen ^property[1].valueString = "pain"
* #acetaminophen ^property[2].code = #aliases
* #acetaminophen ^property[2].valueString = "tylenol paracetamol"
* #oxycodone "oxycodone" "Class: opioid."
* #oxycodone ^property[0].code = #rxnorm
* #oxycodone ^property[0].valueString = "7804"
* #oxycodone ^property[1].code = #classes
* #oxycodone ^property[1].valueString = "opioid"
* #oxycodone ^property[2].code = #aliases
* #oxycodone ^property[2].valueString = "oxycontin"
* #codeine "codeine" "Class: opioid."
* #codeine ^property[0].code = #rxnorm
* #codeine ^property[0].valueString = "2670"
* #codeine ^property[1].code = #classes
* #codeine ^property[1].valueString = "opioid"
* #hydrocodone "hydrocodone" "Class: opioid."
* #hydrocodone ^property[0].code = #rxnorm
* #hydrocodone ^property[0].valueString = "5489"
* #hydrocodone ^property[1].code = #classes
* #hydrocodone ^property[1].valueString = "opioid"
* #hydrocodone ^property[2].code = #aliases
* #hydrocodone ^property[2].valueString = "vicodin"
* #tramadol "tramadol" "Class: opioid."
* #tramadol ^property[0].code = #rxnorm
* #tramadol ^property[0].valueString = "10689"
* #tramadol ^property[1].code = #classes
* #tramadol ^property[1].valueString = "opioid"
* #tramadol ^property[2].code = #aliases
* #tramadol ^property[2].valueString = "ultram"
* #gabapentin "gabapentin" "Class: gabapentinoid."
* #gabapentin ^property[0].code = #rxnorm
* #gabapentin ^property[0].valueString = "25480"
* #gabapentin ^property[1].code = #classes
* #gabapentin ^property[1].valueString = "gabapentinoid"
* #gabapentin ^property[2].code = #aliases
* #gabapentin ^property[2].valueString = "neurontin"
* #omeprazole "omeprazole" "Class: proton-pump-inhibitor."
* #omeprazole ^property[0].code = #rxnorm
* #omeprazole ^property[0].valueString = "7646"
* #omeprazole ^property[1].code = #classes
* #omeprazole ^property[1].valueString = "proton-pump-inhibitor"
* #omeprazole ^property[2].code = #aliases
* #omeprazole ^property[2].valueString = "prilosec"
* #albuterol "albuterol" "Class: bronchodilator."
* #albuterol ^property[0].code = #rxnorm
* #albuterol ^property[0].valueString = "435"
* #albuterol ^property[1].code = #classes
* #albuterol ^property[1].valueString = "bronchodilator"
* #albuterol ^property[2].code = #aliases
* #albuterol ^property[2].valueString = "salbutamol ventolin"
* #nitroglycerin "nitroglycerin" "Class: nitrate."
* #nitroglycerin ^property[0].code = #rxnorm
* #nitroglycerin ^property[0].valueString = "4917"
* #nitroglycerin ^property[1].code = #classes
* #nitroglycerin ^property[1].valueString = "nitrate"

ValueSet: IngredientCodes
Id: ingredient
Title: "Ingredients: all codes"
Description: "Every code of ingredients."
* insert Definitional
* ^url = "https://carefhir.org/fhir/ValueSet/ingredient"
* include codes from system Ingredient
