/// An expert that a token chose, and its part in the sum over them.
struct Choice { expert: u32, weight: f32 }
