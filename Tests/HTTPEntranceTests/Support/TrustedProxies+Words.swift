import HTTPEntrance
import TestSupport

extension TrustedProxies {
    /// These networks.
    init(trusting words: String...) throws {
        self.init()
        for word in words {
            guard add(word) else { throw Wire.Failure(description: "no network: \(word)") }
        }
    }
}
