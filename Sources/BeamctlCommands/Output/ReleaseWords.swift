import Deploying
import FleetModel

extension ReleaseDescription {
    /// `hello 0.1.0 (mix, OTP 25, Elixir 1.14.0)`.
    var words: String {
        let elixir = elixir.map { ", Elixir \($0)" } ?? ""
        return "\(name) \(version) (\(tool.rawValue), OTP \(otp)\(elixir))"
    }
}

extension StepReport {
    /// Draws what a build says, its newest line.
    func build(_ progress: ReleaseBuilder.Progress) {
        switch progress {
        case .began(let step): self.progress("release", "\(step)")
        case .output(let line): self.progress("release", String(line.prefix(60)))
        }
    }
}
