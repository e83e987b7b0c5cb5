"use strict";

// The parameters of serverless.yml: what each may be, and what is there only when one asks for it.

const MODEL_URI = /^s3:\/\/([a-z0-9.-]+)\/([^?#*$]+)(?:\?versionId=([^&#]+))?$/;
const ORIGIN = "[a-z][a-z0-9+.-]*://[a-z0-9.-]+(:[0-9]{1,5})?";

// What the app reads at its start is as digitrec/settings.py wants it: found wrong there, it is
// deployed already and can't start.
const RULES = {
  arch: [like(/^(x86_64|arm64)$/), "x86_64 or arm64"],
  memory: [(value) => /^\d+$/.test(value) && value >= 128 && value <= 10240, "a whole number of MB from 128 to 10240"],
  authorizer: [like(/^(none|aws_iam)$/), "none or aws_iam"],
  reservedConcurrency: [like(/^\d*$/), "a whole number, or empty"],
  snapStart: [like(/^(true|false)$/), "true or false"],
  corsOrigins: [
    like(new RegExp(`^(\\*|${ORIGIN}(\\s*,\\s*${ORIGIN})*)$`, "i")),
    "* or a comma-separated list of origins such as https://example.org:8080",
  ],
  metrics: [like(/^(off|emf)$/), "off or emf"],
  modelUri: [(value) => value === "" || MODEL_URI.test(value), "s3://bucket/key, with or without ?versionId=..."],
  modelSha256: [like(/^([0-9a-f]{64})?$/i), "64 hexadecimal digits, and is needed with modelUri"],
  bulkBucket: [like(/^([a-z0-9.-]{3,63})?$/i), "the name of a bucket in S3"],
  inbox: [like(/^([a-z0-9.-]{3,63})?$/i), "the name of a new bucket in S3"],
};

const DAY = 86400; // s
const VISIBILITY = 180; // s that a message is hidden while it is read: AWS advises six times the timeout
const DELIVERIES = 5; // of a message, before it goes to the dead letter queue
const INBOX_EVENTS = {
  arn: arnOf("InboxQueue"),
  functionResponseType: "ReportBatchItemFailures",
  maximumConcurrency: 2, // copies of the function: the others are left to requests
};

module.exports = async ({ resolveVariable }) => {
  const param = async (name) => String(await resolveVariable(`param:${name}`));

  const metrics = await param("metrics");
  const modelUri = await param("modelUri");
  const modelSha256 = await param("modelSha256");
  const bulkBucket = await param("bulkBucket");
  const inbox = await param("inbox");
  const authorizer = await param("authorizer");
  const reserved = await param("reservedConcurrency");

  return {
    environment: {
      CORS_ORIGINS: await param("corsOrigins"),
      ...(metrics !== "off" && { METRICS: metrics }),
      ...(modelSha256 && { MODEL_SHA256: modelSha256 }),
      ...(modelUri && { MODEL_URI: modelUri }),
      ...(bulkBucket && { BULK_BUCKET: bulkBucket }),
      ...(inbox && { INBOX_BUCKET: inbox }),
    },
    statements: [
      ...(modelUri ? [readModel(modelUri)] : []),
      ...(bulkBucket ? [readBucket(bulkBucket)] : []),
      ...(inbox ? [allow(["s3:GetObject"], `${inbox}/*`), allow(["s3:PutObject"], `${inbox}/*.json`)] : []),
    ],
    // For these two, sls adds the permissions that the function needs.
    events: inbox ? [{ sqs: INBOX_EVENTS }] : [],
    destinations: inbox ? { onFailure: { type: "sqs", arn: arnOf("InboxFailures") } } : null,
    resources: inbox ? inboxResources(inbox) : {},
    url: authorizer === "none" ? true : { authorizer },
    reservedConcurrency: reserved === "" ? null : Number(reserved),
    snapStart: (await param("snapStart")) === "true",
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
    if (missing || !allowed(value)) return `The parameter ${name} must be ${wanted}.`;
  }
  return "";
};

function like(pattern) {
  return (value) => pattern.test(value);
}

function readModel(uri) {
  const [, bucket, key, versionId] = MODEL_URI.exec(uri);
  // One action or the other: S3 asks for the second when a version is named.
  return allow([versionId ? "s3:GetObjectVersion" : "s3:GetObject"], `${bucket}/${key}`);
}

function readBucket(bucket) {
  return allow(["s3:GetObject", "s3:GetObjectVersion"], `${bucket}/*`);
}

function allow(actions, path) {
  return { Effect: "Allow", Action: actions, Resource: { "Fn::Sub": `arn:\${AWS::Partition}:s3:::${path}` } };
}

function arnOf(resource) {
  return { "Fn::GetAtt": [resource, "Arn"] };
}

// Returns a bucket, the queue to which it reports new objects, and a dead letter queue.
function inboxResources(bucket) {
  const arn = { "Fn::Sub": `arn:\${AWS::Partition}:s3:::${bucket}` };
  return {
    InboxFailures: {
      Type: "AWS::SQS::Queue",
      Properties: { MessageRetentionPeriod: 14 * DAY },
    },
    InboxQueue: {
      Type: "AWS::SQS::Queue",
      Properties: {
        VisibilityTimeout: VISIBILITY,
        RedrivePolicy: { deadLetterTargetArn: arnOf("InboxFailures"), maxReceiveCount: DELIVERIES },
      },
    },
    InboxQueuePolicy: {
      Type: "AWS::SQS::QueuePolicy",
      Properties: {
        Queues: [{ Ref: "InboxQueue" }],
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "s3.amazonaws.com" },
              Action: "sqs:SendMessage",
              Resource: arnOf("InboxQueue"),
              Condition: {
                ArnEquals: { "aws:SourceArn": arn },
                StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
              },
            },
          ],
        },
      },
    },
    Inbox: {
      Type: "AWS::S3::Bucket",
      DependsOn: "InboxQueuePolicy", // S3 asks the queue when the notification is set up
      DeletionPolicy: "Retain", // the pictures are the user's
      UpdateReplacePolicy: "Retain",
      Properties: {
        BucketName: bucket,
        NotificationConfiguration: {
          QueueConfigurations: [{ Event: "s3:ObjectCreated:*", Queue: arnOf("InboxQueue") }],
        },
      },
    },
  };
}
