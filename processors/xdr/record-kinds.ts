import type { Kind } from "./kinds.ts";

/**
 * The kind of every published record type, unless one of the routes (`routes.ts`) tells a record apart by what it says.
 * Records of a type that is not here are told apart by operation and workload.
 *
 * What only says what was done about an alert or an incident (168, 169, 226, 232, 306, 448, 449) is audit trail: an alert
 * for each click of an analyst would be noise. So is what people report (29, 462), what simulations do to them (85, 88),
 * what is found about the words in messages (68), and what products note about every mail, file and click on their way to a
 * verdict (128 to 130, 142 to 146, 156 to 160, 207 to 209 ...).
 */
export const RECORD_KINDS: readonly { readonly kind: Kind; readonly types: readonly number[] }[] = [
  { kind: "sign_in", types: [9, 15] },
  { kind: "mailbox_sign_in", types: [275] },

  { kind: "file_threat", types: [47] },

  { kind: "alert", types: [40] },
  { kind: "detection", types: [62, 78, 98, 113, 307] },
  { kind: "risk", types: [294] },
  { kind: "mail_threat", types: [28] },
  { kind: "url_click", types: [41] },
  { kind: "investigation", types: [64, 86, 89] },
  { kind: "hygiene", types: [51] },
  { kind: "dlp", types: [11, 13, 33, 63, 99, 100, 107] },

  { kind: "directory", types: [8, 370] },
  { kind: "exchange_admin", types: [1] },
  { kind: "mailbox", types: [2, 3, 19, 50, 75, 101, 178, 285, 289, 371] },
  { kind: "sharepoint", types: [4, 6, 7, 14, 36, 37, 54, 55, 56, 71, 72, 102, 205, 234, 277, 286, 336, 404] },
  { kind: "teams", types: [25, 26, 27, 49, 57, 59, 60, 73, 92, 206, 230, 293, 425, 462] },
  { kind: "power_bi", types: [20, 144, 357, 415, 465, 475] },
  {
    kind: "copilot",
    types: [
      261, 284, 310, 311, 312, 313, 314, 315, 316, 317, 318, 319, 320, 321, 322, 323, 324, 325, 328, 334, 362, 363, 382,
      383, 384, 389, 390, 397, 399, 405, 406, 407, 411, 412, 413, 419, 420, 423, 436, 455, 466, 467, 471,
    ],
  },
  { kind: "quarantine", types: [65, 201, 204, 225] },
  {
    kind: "compliance",
    types: [
      18, 24, 31, 38, 42, 43, 48, 58, 68, 69, 87, 91, 104, 106, 109, 120, 121, 122, 123, 124, 140, 148, 157, 161, 164,
      172,
    ],
  },
  { kind: "dynamics", types: [21, 278] },
  { kind: "information_protection", types: [82, 83, 84, 93, 94, 95, 96, 97, 180] },
  { kind: "endpoint", types: [108, 153, 291] },
  { kind: "attack_simulation", types: [85, 88, 218] },
  { kind: "message_portal", types: [154] },
  { kind: "planner", types: [188, 189, 190, 191, 192, 193, 194, 231, 392, 393, 401, 402, 418] },
  { kind: "sentinel", types: [376, 377, 378, 379, 380, 386, 387, 403, 440] },

  {
    kind: "other",
    types: [
      5, 10, 12, 16, 17, 22, 23, 29, 30, 32, 34, 35, 39, 44, 45, 46, 52, 53, 61, 66, 67, 70, 74, 76, 77, 79, 80, 81, 90,
      103, 105, 110, 111, 112, 114, 115, 116, 117, 118, 119, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135, 136,
      138, 139, 141, 142, 143, 145, 146, 147, 149, 150, 151, 152, 155, 156, 158, 159, 160, 162, 163, 165, 166, 167, 168,
      169, 170, 171, 173, 174, 175, 176, 177, 179, 181, 182, 183, 184, 185, 186, 187, 195, 196, 197, 198, 199, 200, 202,
      203, 207, 208, 209, 210, 211, 212, 213, 214, 215, 216, 217, 219, 220, 221, 222, 223, 224, 226, 227, 228, 229, 232,
      233, 235, 236, 237, 238, 239, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255, 256,
      257, 258, 259, 260, 262, 263, 264, 265, 266, 267, 268, 269, 270, 271, 272, 273, 274, 276, 279, 280, 281, 282, 283,
      287, 288, 290, 292, 295, 296, 297, 298, 299, 300, 301, 302, 303, 304, 305, 306, 308, 309, 326, 327, 329, 330, 331,
      332, 333, 335, 337, 338, 339, 340, 341, 342, 343, 344, 345, 346, 347, 348, 349, 350, 351, 352, 353, 354, 355, 356,
      358, 359, 360, 361, 364, 365, 366, 368, 369, 372, 373, 374, 375, 381, 385, 388, 391, 394, 395, 396, 398, 400, 408,
      409, 410, 414, 416, 417, 421, 422, 424, 426, 427, 428, 429, 430, 431, 432, 433, 434, 435, 437, 438, 439, 441, 442,
      443, 444, 445, 446, 447, 448, 449, 450, 451, 452, 453, 454, 456, 457, 458, 459, 460, 461, 463, 464, 468, 469, 470,
      472, 473, 474,
    ],
  },
];

/** The kind of records of an unpublished type, by their workload in lower case. */
export const WORKLOAD_KINDS: Readonly<Record<string, Kind>> = {
  azureactivedirectory: "directory",
  exchange: "mailbox",
  sharepoint: "sharepoint",
  onedrive: "sharepoint",
  microsoftteams: "teams",
  securitycompliancecenter: "compliance",
  powerbi: "power_bi",
  copilot: "copilot",
  quarantine: "quarantine",
  aip: "information_protection",
  endpoint: "endpoint",
  planner: "planner",
  sentinel: "sentinel",
};
