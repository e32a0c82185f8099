extension Contact {
    /// Returns a contact for trials and rule tests, who has not written before.
    ///
    /// - Parameters:
    ///   - written: The number as people write it (``WrittenNumber``), or a provider's id; ``inventedNumber`` if it is
    ///     `nil`.
    ///   - name: The contact's name.
    ///   - account: The account that the contact writes to; a number without a country code is of its country.
    public static func invented(number written: String? = nil, name: String? = nil, at account: String) -> Contact {
        let written = written ?? inventedNumber
        guard let number = WrittenNumber(written)?.whole(at: account) else {
            return Contact(id: written, address: written, name: name)
        }
        return Contact(number: number, address: number, name: name)
    }

    /// The number of a contact in a trial that is given no other; it belongs to no person.
    public static let inventedNumber = "972500000000"
}
