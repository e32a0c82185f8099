extension String {
    /// A contact's number with its middle hidden: enough to recognise the contact, not to call.
    package var maskedNumber: String { count > 7 ? "\(prefix(3))…\(suffix(3))" : "…" }
}
