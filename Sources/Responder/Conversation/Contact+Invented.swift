extension Contact {
    /// Returns a contact for trials and rule tests, who has not written before.
    ///
    /// - Parameters:
    ///   - number: The number as people write it; ``inventedNumber`` if it is `nil`.
    ///   - name: The contact's name.
    public static func invented(number: String? = nil, name: String? = nil) -> Contact {
        let digits = (number ?? inventedNumber).withoutPunctuation
        return Contact(number: digits, address: digits, name: name)
    }

    /// The number of a contact in a trial that is given no other; it belongs to no person.
    public static let inventedNumber = "972500000000"
}

extension String {
    /// The text without the punctuation that people write between the digits of a number.
    package var withoutPunctuation: String { filter { !"+- ()".contains($0) } }
}
