"use strict";

// The parameters of serverless.yml: what each may be, and what is there only when one asks for it.

const MODEL_URI = /^s3:\/\/([a-z0-9.-]+)\/([^?#*$]+)(?:\?versionId=([^&#]+))?$/;
const ORIGIN = "[a-z][a-z0-9+.-]*://[a-z0-9.-]+(:[0-9]{1,5})?";
const BUCKET = /^([a-z0-9.-]{3,63})?$/i;

// The app checks its settings at startup by the same rules (digitrec/settings.py). By then, an
// invalid value has been deployed.
const RULES = {
  arch: [/^(x86_64|arm64)$/, "x86_64 or arm64"],
  memory: [
    { test: (value) => /^\d+$/.test(value) && value >= 128 && value <= 10240 },
    "a whole number of MB from 128 to 10240",
  ],
  authorizer: [/^(none|aws_iam)$/, "none or aws_iam"],
  reservedConcurrency: [/^\d*$/, "a whole number, or empty"],
  snapStart: [/^(true|false)$/, "true or false"],
  corsOrigins: [
    new RegExp(`^(\\*|${ORIGIN}(\\s*,\\s*${ORIGIN})*)$`, "i"),
    "* or a comma-separated list of origins such as https://example.org:8080",
  ],
  metrics: [/^(off|emf)$/, "off or emf"],
  modelUri: [
    { test: (value) => value === "" || MODEL_URI.test(value) },
    "s3://bucket/key, with or without ?versionId=...",
  ],
  modelSha256: [/^([0-9a-f]{64})?$/i, "64 hexadecimal digits, and is needed with modelUri"],
  bulkBucket: [BUCKET, "the name of a bucket in S3"],
  inbox: [BUCKET, "the name of a new bucket in S3"],
};

module.exports = async ({ resolveVariable }) => {
  const names = Object.keys(RULES);
  const values = await Promise.all(names.map((name) => resolveVariable(`param:${name}`)));
  const given = Object.fromEntries(names.map((name, i) => [name, String(values[i])]));
  const { authorizer, bulkBucket, inbox, metrics, modelSha256, modelUri } = given;
  return {
    environment: {
      CORS_ORIGINS: given.corsOrigins,
      ...(metrics !== "off" && { METRICS: metrics }),
      ...(modelSha256 && { MODEL_SHA256: modelSha256 }),
      ...(modelUri && { MODEL_URI: modelUri }),
      ...(bulkBucket && { BULK_BUCKET: bulkBucket }),
      ...(inbox && { INBOX_BUCKET: inbox }),
    },
    statements: [
      ...(modelUri ? [readModel(modelUri)] : []),
      ...(bulkBucket ? [allow(["s3:GetObject", "s3:GetObjectVersion"], `${bulkBucket}/*`)] : []),
      ...(inbox ? [allow(["s3:GetObject"], `${inbox}/*`), allow(["s3:PutObject"], `${inbox}/*.json`)] : []),
    ],
    inbox: inbox ? "${file(deploy/inbox.yml)}" : {},
    url: authorizer === "none" ? true : { authorizer },
    reservedConcurrency: given.reservedConcurrency === "" ? null : Number(given.reservedConcurrency),
    snapStart: given.snapStart === "true",
  };
};

// Returns what is wrong with a set of parameters, in a sentence, and "" if nothing is.
module.exports.wrong = (parameters) => {
  for (const [name, value] of Object.entries(parameters)) {
    if (!Object.hasOwn(RULES, name)) {
      return `There is no parameter ${name}. There are ${Object.keys(RULES).join(", ")}.`;
    }
    const [allowed, wanted] = RULES[name];
    const missing = name === "modelSha256" && value === "" && parameters.modelUri;
    if (missing || !allowed.test(value)) return `The parameter ${name} must be ${wanted}.`;
  }
  return "";
};

function readModel(uri) {
  const [, bucket, key, versionId] = MODEL_URI.exec(uri);
  // One action or the other: S3 asks for the second when a version is named.
  return allow([versionId ? "s3:GetObjectVersion" : "s3:GetObject"], `${bucket}/${key}`);
}

function allow(actions, path) {
  return { Effect: "Allow", Action: actions, Resource: { "Fn::Sub": `arn:\${AWS::Partition}:s3:::${path}` } };
}
