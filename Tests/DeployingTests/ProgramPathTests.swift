import Foundation
import Testing

@testable import Deploying

@Suite("Where a program lies that is named without its folder")
struct ProgramPathTests {
    @Test("the first executable file of that name is meant: no folder, no other file, nothing beside the command")
    func first() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "beamctl-path-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        func put(_ folder: String, mode: Int) throws {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
            #expect(
                FileManager.default.createFile(
                    atPath: "\(root)/\(folder)/tool", contents: nil, attributes: [.posixPermissions: mode]))
        }
        try FileManager.default.createDirectory(atPath: "\(root)/folder/tool", withIntermediateDirectories: true)
        try put("plain", mode: 0o644)
        try put("first", mode: 0o755)
        try put("second", mode: 0o755)
        let folders = ["", ".", "none", "folder", "plain", "first", "second"].map { $0.count > 1 ? "\(root)/\($0)" : $0 }
        #expect(ProgramPath.find("tool", in: ["PATH": folders.joined(separator: ":")]) == "\(root)/first/tool")
        #expect(ProgramPath.find("tool", in: ["PATH": "\(root)/folder:\(root)/plain"]) == nil)
        #expect(ProgramPath.find("tool", in: [:]) == nil)
    }
}
