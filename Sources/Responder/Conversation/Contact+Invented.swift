extension Contact {
    /// A contact for trials and rule tests, who has not written before.
    ///
    /// - Parameter number: The number as people write it; one of no person is taken if it is `nil`.
    public static func invented(number: String? = nil, name: String? = nil) -> Contact {
        let digits = (number ?? inventedNumber).withoutPunctuation
        return Contact(number: digits, address: digits, name: name)
    }

    /// The number that a contact of trials has if nobody gives another.
    public static let inventedNumber = "972500000000"
}

extension String {
    /// A number without the signs that people write between its digits.
    package var withoutPunctuation: String { filter { !"+- ()".contains($0) } }
}
