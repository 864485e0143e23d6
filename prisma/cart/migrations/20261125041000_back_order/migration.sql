-- AlterEnum
ALTER TYPE "Availability" ADD VALUE 'BACK_ORDER';
