import Foundation
import Glibc

/// A release whose script says what it was given and sleeps: enough to run replicas of it, which never become ready.
public enum SleepingRelease {
    /// Writes it; its files are read-only, as in a copy of a release.
    public static func write(at root: String) throws {
        let resource = """
            {release,{"hello","0.1.0"},{erts,"13.1.5"},[{kernel,"8.5.3",permanent},{stdlib,"4.2",permanent},
            {elixir,"1.14.0",permanent},{hello,"0.1.0",permanent}]}.
            """
        let files: [(String, String, mode_t)] = [
            ("releases/start_erl.data", "13.1.5 0.1.0", 0o444), ("releases/0.1.0/hello.rel", resource, 0o444),
            ("releases/0.1.0/vm.args", "+P 300000\n", 0o444), ("releases/0.1.0/sys.config", "[].\n", 0o444),
            ("releases/0.1.0/env.sh", "#!/bin/sh\n", 0o555), ("releases/0.1.0/elixir", "#!/bin/sh\n", 0o555),
            ("releases/0.1.0/remote.vm.args", "## remote\n", 0o444),
            ("bin/hello", "#!/bin/sh\necho \"$@\"\nenv\nexec sleep 600\n", 0o555),
        ]
        for (name, text, mode) in files {
            let file = URL(filePath: "\(root)/\(name)")
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            chmod(file.path, mode)
        }
    }
}
