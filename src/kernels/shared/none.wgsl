const NONE = 0xffffffffu; // in place of a row's number
